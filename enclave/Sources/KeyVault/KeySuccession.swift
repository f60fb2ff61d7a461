import Cryptography
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
        guard let (path, sealed) = try SealedKey.all(in: directory).first(where: { $0.key.selector == selector }) else {
            throw .noSuchKey(selector.description)
        }
        guard sealed.use != .log else { throw .logKey }
        let key: UnsealedKey
        do throws(KeyVaultError) { key = try UnsealedKey(sealed, passphrase: passphrase) } catch {
            throw .file(path, error)
        }
        (use, algorithm, isDemonstration, label) = (key.use, sealed.algorithm, key.isDemonstration, key.label)
        let certificate = try sealed.use == .openPGP ? Certification.certificate("\(directory)/\(selector).pub") : nil
        let isSubkey = certificate.map { selector != .openPGP($0.fingerprint) }
        if sealed.use == .openPGP, isSubkey == nil { throw .uncertified(selector) }
        self.certificate = isSubkey == true ? certificate : nil
        primary = self.certificate?.fingerprint
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
