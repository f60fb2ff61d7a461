import CGPGME

/// Why GPGME could not say anything about a signature.
public enum OpenPGPVerificationError: Error, Equatable, CustomStringConvertible {
    /// The home directory is not there, or not for this user alone.
    case unusableHomeDirectory

    /// The bytes are not exactly one certificate.
    case certificateRefused

    /// GPGME or gpg could not do the operation; `code` is the error code of libgpg-error.
    case libraryFailure(operation: String, code: UInt32)

    /// A sentence for people, without any content.
    public var description: String {
        switch self {
        case .unusableHomeDirectory: "the OpenPGP home directory is not a directory that only its user may enter"
        case .certificateRefused: "gpg does not take the bytes as exactly one public certificate"
        case .libraryFailure(let operation, let code): "GPGME could not \(operation) (error \(code))"
        }
    }

    /// Turns a GPGME error number into a thrown error.
    static func check(_ error: gpgme_error_t, _ operation: String) throws(OpenPGPVerificationError) {
        let code = gpgme_err_code(error)
        guard code == GPG_ERR_NO_ERROR else { throw .libraryFailure(operation: operation, code: code.rawValue) }
    }
}
