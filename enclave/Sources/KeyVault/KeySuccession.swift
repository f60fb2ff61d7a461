import Cryptography
import Descriptors
public import JailRecords
public import OpenPGPFormat

/// A key of the vault and what makes another one its successor: the same use, algorithm, label and primary key.
public struct KeySuccession: Sendable {
    /// The one thing that both may sign.
    public let use: KeyUse
    /// The primary key of a subkey.
    public let primary: Fingerprint?
    private let algorithm: KeyAlgorithm
    private let isDemonstration: Bool
    private let label: String
    private let certificate: Certificate?

    /// Opens the key that is to be succeeded; that of a log has no successor, since its log is known by it (log.md).
    public init(
        of selector: KeySelector, in directory: String, passphrase: borrowing Passphrase
    ) throws(KeyVaultError) {
        if FileSystem.exists("\(directory)/\(selector).token") { throw .tokenKey(selector) }
        let (path, sealed) = try SealedKey.named(selector, in: directory)
        guard sealed.use != .log else { throw .logKey }
        let key: UnsealedKey
        do throws(KeyVaultError) { key = try UnsealedKey(sealed, passphrase: passphrase) } catch {
            throw .file(path, error)
        }
        (use, algorithm, isDemonstration, label) = (key.use, sealed.algorithm, key.isDemonstration, key.label)
        guard case .openPGP(let fingerprint) = selector else {
            (certificate, primary) = (nil, nil)
            return
        }
        guard let own = try Certification.certificate(of: fingerprint, in: directory) else {
            throw .uncertified(selector)
        }
        certificate = own.fingerprint == fingerprint ? nil : own
        primary = certificate?.fingerprint
    }

    /// Makes the successor; a subkey is to be valid until a time in seconds since 1970.
    public func successor(
        creationTime: UInt32, until expirationTime: UInt64, passphrase: borrowing Passphrase
    ) throws(KeyVaultError) -> KeyGeneration {
        if let certificate {
            return try KeyGeneration(
                subkeyOf: certificate, until: expirationTime, algorithm: algorithm, label: label,
                isDemonstration: isDemonstration, creationTime: creationTime, passphrase: passphrase)
        }
        return try KeyGeneration(
            use: use, algorithm: algorithm, label: label, isDemonstration: isDemonstration, creationTime: creationTime,
            passphrase: passphrase)
    }
}
