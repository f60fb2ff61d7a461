import ByteCoding
import Cryptography
import Descriptors
public import JailRecords
public import OpenPGPFormat

/// A key pair that was just made: the private half sealed, the public half for everybody.
public struct KeyGeneration {
    /// Which key it is.
    public let selector: KeySelector
    /// A binary OpenPGP certificate, the request for one, or the public key in hexadecimal and a line feed.
    public let publicFile: [UInt8]
    /// How the name of the public file ends.
    private let publicSuffix: String
    private let sealed: SealedKey

    /// Makes a key; `label` is the user ID of an OpenPGP key, the origin of a log, and words for people otherwise.
    public init(
        use: KeyUse, algorithm: KeyAlgorithm, label: String, isDemonstration: Bool, creationTime: UInt32,
        passphrase: borrowing Passphrase
    ) throws(KeyVaultError) {
        self = try translating {
            let key = try PrivateKey(generating: algorithm)
            let record = try Self.record(of: key, use, algorithm, label, isDemonstration, creationTime)
            let (selector, publicFile) = try Self.publicHalf(of: key, use, label, creationTime)
            let sealed = try SealedKey(record, selector: selector, passphrase: passphrase)
            return KeyGeneration(selector: selector, publicFile: publicFile, publicSuffix: "pub", sealed: sealed)
        }
    }

    /// Makes a signing subkey, with a request to the primary key of a certificate, which is kept elsewhere, to bind it until
    /// a time in seconds since 1970.
    public init(
        subkeyOf primary: Certificate, until expirationTime: UInt64, algorithm: KeyAlgorithm, label: String,
        isDemonstration: Bool, creationTime: UInt32, passphrase: borrowing Passphrase
    ) throws(KeyVaultError) {
        self = try translating {
            let key = try PrivateKey(generating: algorithm)
            let record = try Self.record(of: key, .openPGP, algorithm, label, isDemonstration, creationTime)
            let request = try key.certificationRequest(
                to: primary, until: expirationTime, creationTime: creationTime)
            let selector = KeySelector.openPGP(request.subkey.fingerprint)
            let sealed = try SealedKey(record, selector: selector, passphrase: passphrase)
            return KeyGeneration(
                selector: selector, publicFile: request.bytes, publicSuffix: "request", sealed: sealed)
        }
    }

    /// Seals a key that was made elsewhere.
    init(
        sealing record: borrowing KeyRecord, as selector: KeySelector, with certificate: Certificate,
        passphrase: borrowing Passphrase
    ) throws(CryptographyError) {
        self.init(
            selector: selector, publicFile: certificate.bytes, publicSuffix: "pub",
            sealed: try SealedKey(record, selector: selector, passphrase: passphrase))
    }

    private init(selector: KeySelector, publicFile: [UInt8], publicSuffix: String, sealed: SealedKey) {
        self.selector = selector
        self.publicFile = publicFile
        self.publicSuffix = publicSuffix
        self.sealed = sealed
    }

    private static func publicHalf(
        of key: borrowing PrivateKey, _ use: KeyUse, _ label: String, _ creationTime: UInt32
    ) throws -> (KeySelector, [UInt8]) {
        let material = key.publicMaterial
        if use == .openPGP {
            let draft = try CertificateDraft(labelled: label, material: material, creationTime: creationTime)
            let certificate = try draft.certificate(rawSignature: key.sign(digest: draft.digest))
            return (.openPGP(certificate.fingerprint), certificate.bytes)
        }
        guard case .ed25519(let publicKey) = material else { throw KeyVaultError.algorithmNotAllowed }
        return (.ed25519(publicKey), Array("\(publicKey.hex)\n".utf8))
    }

    private static func record(
        of key: borrowing PrivateKey, _ use: KeyUse, _ algorithm: KeyAlgorithm, _ label: String,
        _ isDemonstration: Bool, _ creationTime: UInt32
    ) throws -> KeyRecord {
        try record(use, algorithm, label, isDemonstration, creationTime, key.exportMaterial())
    }

    static func record(
        _ use: KeyUse, _ algorithm: KeyAlgorithm, _ label: String, _ isDemonstration: Bool, _ creationTime: UInt32,
        _ material: [UInt8]
    ) throws -> KeyRecord {
        do throws(ByteCodingError) {
            return try KeyRecord(
                use: use, algorithm: algorithm, isDemonstration: isDemonstration, creationTime: creationTime,
                label: label, material: material)
        } catch {
            guard case .malformed("label", let expected) = error else { throw error }
            throw KeyVaultError.label(expected: expected)
        }
    }

    /// Writes `SELECTOR.key`, for its owner alone, and `SELECTOR.pub` or `SELECTOR.request` into a directory; neither may
    /// exist yet, and no key there may be for demonstrations unless this one is, or the reverse.
    public func write(toDirectory directory: String) throws(KeyVaultError) {
        for (path, key) in try SealedKey.all(in: directory) {
            try sealed.expectNoMixing(with: key, "\(directory)/\(selector).key", path)
        }
        do {
            for (suffix, bytes, permissions) in [
                ("key", sealed.bytes, 0o600 as UInt32), (publicSuffix, publicFile, 0o644),
            ] {
                let file = try Descriptor.creating("\(directory)/\(selector).\(suffix)", permissions: permissions)
                try file.writeAll(bytes)
                try file.synchronize()
            }
            try FileSystem.synchronizeDirectory(directory)
        } catch {
            throw .system(error)
        }
    }
}
