import CGPGME
import Glibc
public import OpenPGPFormat

/// Checks detached signatures with gpg, against the certificates that were imported into one private home directory.
///
/// GPGME's "success" only means that gpg ran: the verdict is read from the one signature's own status, and whose it is
/// from the key object that gpg holds for it.
public struct GPGMEVerifier: ~Copyable {
    private let context: Context

    /// Uses an existing directory that belongs to this user alone; gpg makes its files in it.
    public init(homeDirectory: String) throws(OpenPGPVerificationError) {
        var status = stat()
        guard unsafe stat(homeDirectory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_mode & 0o077 == 0, status.st_uid == geteuid()
        else { throw .unusableHomeDirectory }
        try Self.writeConfiguration(into: homeDirectory)
        let context = try Context()
        try context.configure(homeDirectory: homeDirectory)
        self.context = context
    }

    /// Keeps gpg from starting daemons, asking the network or consulting a web of trust, for which GPGME has no calls.
    ///
    /// With this trust model gpg vouches for no key; who may sign is decided by which certificates are imported.
    private static func writeConfiguration(into homeDirectory: String) throws(OpenPGPVerificationError) {
        let text = "no-autostart\ndisable-dirmngr\nno-auto-key-retrieve\ntrust-model always\n"
        let descriptor = unsafe open(
            "\(homeDirectory)/gpg.conf", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusableHomeDirectory }
        defer { close(descriptor) }
        guard unsafe write(descriptor, text, text.utf8.count) == text.utf8.count else { throw .unusableHomeDirectory }
    }

    /// Adds one binary certificate to those whose signatures count.
    public func importCertificate(_ untrustedBytes: [UInt8]) throws(OpenPGPVerificationError) {
        let data = try InputData(untrustedBytes)
        try unsafe OpenPGPVerificationError.check(
            gpgme_op_import(context.pointer, data.pointer), "import a certificate")
        guard let result = unsafe gpgme_op_import_result(context.pointer)?.pointee,
            unsafe result.considered == 1, unsafe result.secret_read == 0,
            unsafe result.not_imported == 0,
            let imported = unsafe result.imports?.pointee, unsafe gpgme_err_code(imported.result) == GPG_ERR_NO_ERROR
        else { throw .certificateRefused }
    }

    /// Checks one binary detached signature over a binary document, as of the system's clock.
    public func verify(
        signature untrustedSignature: [UInt8], content: [UInt8]
    ) throws(OpenPGPVerificationError) -> SignatureVerification {
        // gpg also takes armored, textual and several signatures; the form is settled before it is asked.
        if let refusal = Self.refusalOfForm(untrustedSignature) { return refusal }
        let signatureData = try InputData(untrustedSignature)
        let contentData = try InputData(content)
        return try unsafe verdict(
            after: gpgme_op_verify(context.pointer, signatureData.pointer, contentData.pointer, nil))
    }

    /// What a verification came to that ended with this error number.
    private func verdict(after error: gpgme_error_t) throws(OpenPGPVerificationError) -> SignatureVerification {
        guard gpgme_err_code(error) != GPG_ERR_NO_DATA else { return .malformed }
        try OpenPGPVerificationError.check(error, "verify a signature")
        guard let signature = unsafe gpgme_op_verify_result(context.pointer)?.pointee.signatures?.pointee,
            unsafe signature.next == nil
        else { return .malformed }
        if let refusal = unsafe Self.refusal(of: signature) { return refusal }

        guard let signingFingerprint = unsafe Self.fingerprint(signature.fpr) else { return .unknownKey }
        let (creation, expiration) = unsafe (UInt64(signature.timestamp), UInt64(signature.exp_timestamp))
        guard creation <= UInt64(time(nil)) + SignatureVerification.allowedClockSkew else { return .bad }
        guard let primaryFingerprint = try primary(of: signingFingerprint) else { return .unknownKey }
        return .valid(
            SignatureVerdict(
                primaryFingerprint: primaryFingerprint, signingFingerprint: signingFingerprint,
                creationTime: creation, expirationTime: expiration == 0 ? nil : expiration))
    }

    private static func refusalOfForm(_ untrustedSignature: [UInt8]) -> SignatureVerification? {
        do {
            return try SignaturePacket(parsing: untrustedSignature).isOverBinaryDocument ? nil : .malformed
        } catch .unsupported {
            return .unsupportedAlgorithm
        } catch {
            return .malformed
        }
    }

    /// Reads the status of one signature; nil if gpg calls it good without any reservation.
    private static func refusal(of signature: _gpgme_signature) -> SignatureVerification? {
        switch unsafe gpgme_err_code(signature.status) {
        case GPG_ERR_NO_ERROR: break
        case GPG_ERR_SIG_EXPIRED: return .expiredSignature
        case GPG_ERR_KEY_EXPIRED: return .expiredKey
        case GPG_ERR_CERT_REVOKED: return .revokedKey
        case GPG_ERR_NO_PUBKEY, GPG_ERR_WRONG_KEY_USAGE: return .unknownKey
        case GPG_ERR_DIGEST_ALGO, GPG_ERR_PUBKEY_ALGO, GPG_ERR_UNSUPPORTED_ALGORITHM: return .unsupportedAlgorithm
        default: return .bad
        }
        let strongHashes = [GPGME_MD_SHA256, GPGME_MD_SHA384, GPGME_MD_SHA512]
        guard unsafe strongHashes.contains(signature.hash_algo) else { return .unsupportedAlgorithm }
        return unsafe signature.wrong_key_usage == 0 ? nil : .unknownKey
    }

    /// The primary key of the certificate that holds a signing key fit for use; nil if there is none.
    private func primary(of signing: Fingerprint) throws(OpenPGPVerificationError) -> Fingerprint? {
        // As gpgme_get_key does, which also starts a gpg to ask for its version.
        var found: gpgme_key_t?
        var second: gpgme_key_t?
        try unsafe OpenPGPVerificationError.check(
            gpgme_op_keylist_start(context.pointer, signing.hex, 0), "look a key up")
        let error = unsafe gpgme_op_keylist_next(context.pointer, &found)
        guard gpgme_err_code(error) != GPG_ERR_EOF else { return nil }
        try OpenPGPVerificationError.check(error, "look a key up")
        guard let key = unsafe found else { return nil }
        defer { unsafe gpgme_key_unref(key) }
        let end = unsafe gpgme_op_keylist_next(context.pointer, &second)
        defer { unsafe gpgme_key_unref(second) }
        guard gpgme_err_code(end) == GPG_ERR_EOF else { return nil }
        guard unsafe key.pointee.revoked == 0, unsafe key.pointee.expired == 0, unsafe key.pointee.disabled == 0,
            unsafe key.pointee.invalid == 0
        else { return nil }
        var subkey = unsafe key.pointee.subkeys
        while let current = unsafe subkey?.pointee {
            if unsafe Self.fingerprint(current.fpr) == signing {
                let isUsable = unsafe current.revoked == 0 && current.expired == 0 && current.can_sign == 1
                return isUsable ? unsafe Self.fingerprint(key.pointee.fpr) : nil
            }
            unsafe subkey = current.next
        }
        return nil
    }

    private static func fingerprint(_ text: UnsafePointer<CChar>?) -> Fingerprint? {
        guard let text = unsafe text else { return nil }
        return unsafe try? Fingerprint(parsingHex: String(cString: text))
    }
}
