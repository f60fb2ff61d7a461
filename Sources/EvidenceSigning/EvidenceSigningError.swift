/// Why evidence could not be signed, or a file not be read or written.
public enum EvidenceSigningError: Error, Equatable, CustomStringConvertible {
    /// A system call failed on a file.
    case system(operation: String, file: String, errno: Int32)
    /// A file is there already and may not be replaced.
    case alreadyThere(file: String)
    /// A file's content or one of its properties is not what it must be.
    case refused(file: String, field: String, expected: String)
    /// gpg ended with an error; it said why on standard error.
    case gpgFailed(task: String, status: String)
    /// gpg could not be started.
    case gpgMissing
    /// gpg made a signature that the signer's certificate does not confirm.
    case signatureNotConfirmed(reason: String)
    /// None of the keys that may sign for the person is at hand.
    case noSecretKey(signer: String, wanted: [String])
    /// gpg has keys of the person, but would not use them.
    case unusableKeys(signer: String, keys: [String])
    /// The key that was asked for is not among the person's.
    case noSuchKey(signer: String, choice: String)
    /// A library could not do its part.
    case library(reason: String)

    /// One sentence that names the file and the field.
    public var description: String {
        switch self {
        case .system(let operation, let file, let code): "\(file): cannot \(operation): \(systemReason(code))"
        case .alreadyThere(let file): "\(file): expected no file of this name"
        case .refused(let file, let field, let expected): "\(file): \(field): expected \(expected)"
        case .gpgFailed(let task, let status): "gpg could not \(task) (\(status))"
        case .gpgMissing: "gpg: expected a program of this name on the search path"
        case .signatureNotConfirmed(let reason): "gpg's signature is not good under the policy's certificate: \(reason)"
        case .noSecretKey(let signer, let wanted):
            "gpg has no secret key for \(signer): expected one of \(wanted.joined(separator: ", "))"
        case .unusableKeys(let signer, let keys):
            "gpg has no usable secret key for \(signer): \(keys.joined(separator: ", "))"
        case .noSuchKey(let signer, let choice):
            "--key \(choice): expected a key of \(signer)'s certificates in the policy"
        case .library(let reason): reason
        }
    }
}
