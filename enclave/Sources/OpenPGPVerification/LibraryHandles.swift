import CGPGME
import Glibc

/// A GPGME context, which runs gpg for each operation.
@safe
struct Context: ~Copyable {
    /// The library must be asked for its version once before anything else; this also makes it ignore SIGPIPE.
    private static let isInitialised: Bool = unsafe gpgme_check_version(GPGME_VERSION) != nil

    let pointer: gpgme_ctx_t

    init() throws(OpenPGPVerificationError) {
        var created: gpgme_ctx_t?
        guard Self.isInitialised else { throw .libraryFailure(operation: "start", code: 0) }
        let error = unsafe gpgme_new(&created)
        guard let created = unsafe created else {
            throw .libraryFailure(operation: "start", code: gpgme_err_code(error).rawValue)
        }
        unsafe pointer = created
    }

    deinit { unsafe gpgme_release(pointer) }

    /// Lets the context work in one home directory, for which GPGME asks gpg for its version once more.
    func configure(homeDirectory: String) throws(OpenPGPVerificationError) {
        // Where gpg goes of itself.
        if let home = unsafe getenv("GNUPGHOME"), unsafe String(cString: home) == homeDirectory { return }
        try unsafe OpenPGPVerificationError.check(
            gpgme_ctx_set_engine_info(pointer, GPGME_PROTOCOL_OpenPGP, "/usr/bin/gpg", homeDirectory), "find gpg")
    }
}

/// What gpg is to read.
@safe
struct InputData: ~Copyable {
    let pointer: gpgme_data_t

    /// Bytes, copied.
    init(_ bytes: [UInt8]) throws(OpenPGPVerificationError) {
        var created: gpgme_data_t?
        let error = unsafe bytes.withUnsafeBytes { buffer in
            unsafe gpgme_data_new_from_mem(
                &created, buffer.assumingMemoryBound(to: CChar.self).baseAddress, buffer.count, 1)
        }
        guard let created = unsafe created else {
            throw .libraryFailure(operation: "take its input", code: gpgme_err_code(error).rawValue)
        }
        // Unless told otherwise, GPGME hands data to gpg in pieces of 512 bytes; without the flag it is slow, not wrong. gpg
        // reads a detached document slowly, and GPGME goes over all that it offers each time: a page is quickest.
        _ = unsafe gpgme_data_set_flag(created, "io-buffer-size", "4096")
        unsafe pointer = created
    }

    deinit { unsafe gpgme_data_release(pointer) }
}
