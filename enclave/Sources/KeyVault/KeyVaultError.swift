public import ByteCoding
public import Cryptography
public import Descriptors
public import JailRecords
public import OpenPGPFormat

/// Why a key could not be sealed, unsealed or made.
public enum KeyVaultError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed, such as locking memory.
    case system(DescriptorError)
    /// The cryptography failed; `authenticationFailed` means a wrong passphrase or a changed file.
    case cryptography(CryptographyError)
    /// A file is not a sealed key.
    case malformed(ByteCodingError)
    /// What was unsealed is not what the file's header says.
    case headerContradicted
    /// A certificate could not be made.
    case certificate(OpenPGPError)
    /// A file is not a certificate.
    case notACertificate(OpenPGPError)
    /// The passphrase file is no regular file, or others than its owner may read or write it.
    case passphraseFileNotPrivate
    /// The passphrase is empty or longer than 1024 bytes.
    case passphraseLength
    /// A log or answer key must be Ed25519.
    case algorithmNotAllowed
    /// A new key may not have this label.
    case label(expected: String)
    /// What is to be written is there already.
    case present(String)
    /// The vault has no key of this name.
    case noSuchKey(String)
    /// A key is to go, but another name was given to confirm it.
    case notConfirmed(String)
    /// The vault has none of the keys of a certificate.
    case foreignCertificate(Fingerprint)
    /// A certificate does not let this key sign now.
    case certificateWithoutKey(KeySelector)
    /// A file is not gpg's export of one secret key.
    case notAnExport(OpenPGPError)
    /// An export is protected, and no passphrase was given for it.
    case exportProtected
    /// An export has another number of secret keys than one.
    case secretKeyCount(Int)
    /// The key of a log has no successor.
    case logKey
    /// A subkey has no certificate yet.
    case uncertified(KeySelector)
    /// A file is not of the key after which it is named.
    case swapped(String)
    /// A key did not ask the primary key of a certificate, but another one.
    case otherPrimary(KeySelector, asked: Fingerprint)
    /// Nothing here says whose subkey a key is.
    case unasked(KeySelector)
    /// A key is in a token, which alone can make its successor.
    case tokenKey(KeySelector)
    /// A key that its own certificate has as its primary key cannot become a subkey.
    case primaryKey(KeySelector)
    /// A file of the vault is not the sealed key that it should be.
    indirect case file(String, KeyVaultError)
    /// Two files of the vault hold one key.
    case sameKey(String, String)
    /// The vault has, or would have, keys for demonstrations and others: both files by their paths.
    case mixedKeys(demonstration: String, other: String)
    /// A description of a token's key has not what it must have.
    case tokenField(String, expected: String)
    /// The PIN is to be a credential of systemd, and there are none.
    case noCredentials(name: String)
    /// The token signed with another key than the one whose public half was given.
    case anotherTokenKey
    /// The key is that of a log, which nothing can go on with.
    case endsItsLog(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .system(let error): error.description
        case .cryptography(.authenticationFailed): "the passphrase is wrong, or the sealed key was changed"
        case .cryptography(let error): error.description
        case .malformed(let error): "not a sealed key: \(error)"
        case .headerContradicted: "the sealed key is not the one that its header names"
        case .certificate(let error): "no certificate can be made: \(error)"
        case .notACertificate(let error): "not a certificate: \(error)"
        case .passphraseFileNotPrivate:
            "the passphrase file must be a regular file that only its owner can read and write (mode 0600 or less), or a "
                + "credential of systemd, in $CREDENTIALS_DIRECTORY, of root or this user"
        case .passphraseLength: "the first line of the passphrase file must have 1 to 1024 bytes"
        case .algorithmNotAllowed: "keys of the log and of the answers must be Ed25519"
        case .label(let expected): "--label must be \(expected)"
        case .present(let path): "\(path) is there already, and is not written over"
        case .noSuchKey(let name): "there is no key \(name)"
        case .notConfirmed(let name): "--confirm must be \(name)"
        case .foreignCertificate(let primary): "no key here is one of the certificate \(primary)"
        case .certificateWithoutKey(let key):
            "the certificate does not let \(key) sign: its binding, its own signature about it, or the time is wrong"
        case .notAnExport(let error): "not a secret key that can be imported: \(error)"
        case .exportProtected: "the export is protected by a passphrase: give its file as --export-passphrase-file"
        case .secretKeyCount(let count):
            "expected one secret key, as `gpg --export-secret-subkeys FINGERPRINT!` writes it, but there are \(count)"
        case .logKey:
            "the key of the log cannot change while the log goes on: a new one begins a new log, in a new epoch"
        case .uncertified(let key): "\(key) has no certificate yet: bring it with `key accept` first"
        case .swapped(let path): "\(path) is not of the key after which it is named: somebody put another file there"
        case .otherPrimary(let key, let asked):
            "\(key) is a subkey of \(asked), or asked to be, and of no other primary key"
        case .unasked(let key):
            "there is neither \(key).pub nor \(key).request, so nothing says whose subkey it is: bring one of them back"
        case .tokenKey(let key):
            "\(key) is in a token, which alone can make its successor: make a key pair there (pkcs11-tool --keypairgen), "
                + "take it with `key token`, and go on as after a rotation"
        case .primaryKey(let key): "\(key) is a primary key, which another one cannot certify as its subkey"
        case .file(let path, let error): "\(path): \(error)"
        case .sameKey(let first, let second): "\(first) and \(second) hold the same key; one of them must go"
        case .tokenField(let field, let expected): "\(field): expected \(expected)"
        case .noCredentials(let name):
            "pin: there is no credential '\(name)', because $CREDENTIALS_DIRECTORY is not set; an absolute path names a file"
        case .endsItsLog(let name):
            "\(name) is the key of a log, which ends with it; --end-of-log says that this is meant"
        case .anotherTokenKey:
            "the token signed with another key than the one of the public key; 'object' must name exactly one private key"
        case .mixedKeys(let demonstration, let other):
            "\(demonstration) is a key for demonstrations and \(other) is not; keep the former in a directory of its "
                + "own, under another passphrase, which it makes cheap to guess"
        }
    }
}

/// Runs `body` and states whatever it throws in this module's terms.
func translating<Value: ~Copyable>(_ body: () throws -> Value) throws(KeyVaultError) -> Value {
    do {
        return try body()
    } catch let error as KeyVaultError {
        throw error
    } catch let error as CryptographyError {
        throw .cryptography(error)
    } catch let error as DescriptorError {
        throw .system(error)
    } catch let error as ByteCodingError {
        throw .malformed(error)
    } catch let error as OpenPGPError {
        throw .certificate(error)
    } catch {
        throw .headerContradicted
    }
}
