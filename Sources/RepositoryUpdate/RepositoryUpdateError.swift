public import PackageArchive
public import RepositoryDirectory
public import SyncDatabase

/// Why an update ended without having changed anything.
public enum RepositoryUpdateError: Error, Equatable, CustomStringConvertible {
    /// A package that cannot be added, by the name that the caller used.
    public struct PackageFailure: Error, Equatable, Sendable {
        /// The package file, as the caller named it.
        public let path: String
        /// What is wrong with it.
        public let reason: PackageArchiveError
    }

    /// Packages that cannot be added, all of them.
    case packages([PackageFailure])
    /// There are no packages of these names to remove.
    case unknownNames([String])
    /// There is no directory to hold the databases.
    case noDirectory(String)
    /// There is no database to remove packages from.
    case noDatabase(file: String)
    /// The database cannot be read or made.
    case database(file: String, SyncDatabaseError)
    /// The directory cannot be locked, read or changed.
    case directory(RepositoryDirectoryError)
    /// The database is signed and would not be any more.
    case losesSignature(file: String)
    /// gpg is not installed.
    case gpgMissing
    /// gpg has no secret key, or not the one that was named.
    case noSecretKey(named: String?)
    /// gpg made no signature.
    case notSigned(file: String, reason: String)
    /// The signature of a present database is not good.
    case badSignature(file: String)
    /// Somebody changed a present database after its signature was verified.
    case changedWhileVerified(file: String)
    /// There is no database or signature that could be verified, and nothing else was asked for.
    case nothingToVerify(file: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .packages(let failures): failures.map { "\($0.reason)" }.joined(separator: "\n")
        case .unknownNames(let names): "there is no package \(names.joined(separator: ", "))"
        case .noDirectory(let path): "\(path) does not exist or is not a directory"
        case .noDatabase(let file): "\(file): there is no such database"
        case .database(_, let error): error.description
        case .directory(let error): error.description
        case .losesSignature(let file):
            "\(file) is signed, and clients would refuse the new one without a signature: sign it, or drop the signatures"
        case .gpgMissing: "gpg is not installed"
        case .noSecretKey(let name?): "gpg has no secret key \(name)"
        case .noSecretKey(nil): "gpg has no secret key"
        case .notSigned(let file, let reason): "\(file) was not signed, so nothing was published: \(reason)"
        case .badSignature(let file): "the signature of \(file) is not good"
        case .changedWhileVerified(let file): "\(file) changed while it was verified"
        case .nothingToVerify(let file): "there is no signed \(file) to verify"
        }
    }
}
