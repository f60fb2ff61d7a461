public import ByteCoding
public import Cryptography
public import Descriptors

/// Why keys could not be backed up, or a backup not be read or restored; nothing was written.
public enum KeyBackupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed.
    case system(DescriptorError)
    /// The cryptography failed.
    case cryptography(CryptographyError)
    /// The file is no backup, or none of a version that this program knows.
    case malformed(ByteCodingError)
    /// The file of the backup key is not one, or others than its owner may read or write it.
    case keyFile(path: String, expected: String)
    /// The backup was sealed under another key.
    case otherKey(needed: BackupKeyID, given: BackupKeyID)
    /// The backup was changed since it was sealed.
    case changed
    /// What was unsealed is not what the backup lists.
    case listContradicted
    /// A sealed key cannot be opened, or not be sealed anew.
    case vault(KeyVaultError)
    /// The policy names a key that is not among those to back up.
    case keyMissing(String)
    /// The policy names a key that a token keeps.
    case keyInToken(String, object: String)
    /// A directory to restore into has files.
    case notEmpty(directory: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .system(let error): error.description
        case .cryptography(let error): error.description
        case .malformed(let error): "not a backup of keys: \(error)"
        case .keyFile(let path, let expected): "\(path): expected \(expected)"
        case .otherKey(let needed, let given):
            "the backup was made for the backup key \(needed), and this is \(given): combine shares of the other set"
        case .changed: "the backup was changed since it was made: nothing of it can be trusted"
        case .listContradicted: "the backup holds other keys than it lists"
        case .vault(let error): error.description
        case .keyMissing(let key):
            "the policy names the key \(key), which is not there; --elsewhere says that it is kept in another place"
        case .keyInToken(let key, let object):
            "the policy names the key \(key), which a token keeps (\(object)): no backup has it, so keep the token's own "
                + "backup, and say --elsewhere \(key)"
        case .notEmpty(let directory): "\(directory): expected an empty directory"
        }
    }
}

/// Runs `body` and states whatever it throws in the terms of backups.
func backingUp<Value: ~Copyable>(_ body: () throws -> Value) throws(KeyBackupError) -> Value {
    do {
        return try body()
    } catch let error as KeyBackupError {
        throw error
    } catch let error as KeyVaultError {
        throw .vault(error)
    } catch let error as CryptographyError {
        throw .cryptography(error)
    } catch let error as DescriptorError {
        throw .system(error)
    } catch let error as ByteCodingError {
        throw .malformed(error)
    } catch {
        throw .listContradicted
    }
}
