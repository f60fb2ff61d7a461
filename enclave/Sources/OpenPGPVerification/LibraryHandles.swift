import CGPGME

/// A GPGME context that runs gpg in one home directory, offline and without a web of trust.
@safe
struct Context: ~Copyable {
    /// The library must be asked for its version once before anything else; this also makes it ignore SIGPIPE.
    private static let isInitialised: Bool = unsafe gpgme_check_version(GPGME_VERSION) != nil

    let pointer: gpgme_ctx_t

    init() throws(OpenPGPVerificationError) {
        var created: gpgme_ctx_t?
        let error = unsafe gpgme_new(&created)
        guard Self.isInitialised, let created = unsafe created else {
            throw .libraryFailure(operation: "start", code: gpgme_err_code(error).rawValue)
        }
        unsafe pointer = created
    }

    deinit { unsafe gpgme_release(pointer) }

    func configure(homeDirectory: String) throws(OpenPGPVerificationError) {
        try unsafe OpenPGPVerificationError.check(
            gpgme_ctx_set_engine_info(pointer, GPGME_PROTOCOL_OpenPGP, "/usr/bin/gpg", homeDirectory), "find gpg")
        // With this model gpg reports no validity; who may sign is decided by which certificates are imported.
        try unsafe OpenPGPVerificationError.check(
            gpgme_set_ctx_flag(pointer, "trust-model", "always"), "set the trust model")
        unsafe gpgme_set_offline(pointer, 1)
    }
}

/// Bytes for gpg to read, copied.
@safe
struct InputData: ~Copyable {
    let pointer: gpgme_data_t

    init(_ bytes: [UInt8]) throws(OpenPGPVerificationError) {
        var created: gpgme_data_t?
        let error = unsafe bytes.withUnsafeBytes { buffer in
            unsafe gpgme_data_new_from_mem(
                &created, buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count, 1)
        }
        guard let created = unsafe created else {
            throw .libraryFailure(operation: "copy its input", code: gpgme_err_code(error).rawValue)
        }
        unsafe pointer = created
    }

    deinit { unsafe gpgme_data_release(pointer) }
}
