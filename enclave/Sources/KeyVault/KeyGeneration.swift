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

    /// Writes `SELECTOR.key`, for its owner alone, and `SELECTOR.pub` or `SELECTOR.request` into a directory, both or neither.
    ///
    /// Neither may exist yet, but for the `SELECTOR.pub` that a retired key left, if it has the same primary key; and no key
    /// there may be for demonstrations unless this one is, or the reverse.
    public func write(toDirectory path: String) throws(KeyVaultError) {
        let directory = try VaultDirectory.changing(path)
        for (path, key) in try SealedKey.all(in: path) {
            try sealed.expectNoMixing(with: key, directory.file("\(selector).key"), path)
        }
        let keyFile = VaultDirectory.NewFile(name: "\(selector).key", bytes: sealed.bytes, permissions: 0o600)
        if FileSystem.exists(directory.file(keyFile.name)) { throw .present(directory.file(keyFile.name)) }
        let publicName = "\(selector).\(publicSuffix)"
        let half = VaultDirectory.NewFile(name: publicName, bytes: publicFile, permissions: 0o644)
        guard let left = try certificateLeftBehind(in: path) else { return try directory.add([half, keyFile]) }
        try directory.replace(half)
        do throws(KeyVaultError) { try directory.add([keyFile]) } catch {
            try? directory.replace(.init(name: publicName, bytes: left.bytes, permissions: 0o644))
            throw error
        }
    }

    /// The certificate that this key had here before it was retired: one with the same primary key.
    private func certificateLeftBehind(in directory: String) throws(KeyVaultError) -> Certificate? {
        guard publicSuffix == "pub", case .openPGP(let fingerprint) = selector,
            let left = try Certification.certificate("\(directory)/\(selector).pub"),
            let primary = try? Certificate(parsing: publicFile).fingerprint
        else { return nil }
        guard left.fingerprint == primary, left.keys.contains(where: { $0.fingerprint == fingerprint }) else {
            throw .present("\(directory)/\(selector).pub")
        }
        return left
    }
}
