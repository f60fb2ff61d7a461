import Cryptography
import JailRecords
import OpenPGPFormat

extension KeyGeneration {
    /// Takes the one secret key of gpg's export, with its certificate, which must let it sign as of `now`, in seconds since
    /// 1970; `exportPassphrase` is what gpg protected it with, which the caller wipes.
    public init(
        importing exported: borrowing ExportedKey, exportPassphrase: [UInt8]?, label: String,
        isDemonstration: Bool, at now: UInt64, passphrase: borrowing Passphrase
    ) throws(KeyVaultError) {
        let export = exported.export
        guard let secret = export.keys.first, export.keys.count == 1 else { throw .secretKeyCount(export.keys.count) }
        let selector = KeySelector.openPGP(secret.publicKey.fingerprint)
        guard export.certificate.signingKeys(at: now).contains(secret.publicKey.fingerprint) else {
            throw .certificateWithoutKey(selector)
        }
        if secret.isProtected, exportPassphrase == nil { throw .exportProtected }
        var numbers: SecretKey.Numbers
        do throws(OpenPGPError) {
            numbers = try exported.bytes.withBytes { bytes throws(OpenPGPError) in
                try secret.numbers(in: bytes, passphrase: exportPassphrase ?? [])
            }
        } catch { throw .notAnExport(error) }
        defer { numbers.wipe() }
        self = try translating {
            var material = try numbers.material(of: secret.publicKey)
            defer { wipe(&material) }
            let record = try Self.record(
                .openPGP, numbers.algorithm, label, isDemonstration, secret.publicKey.creationTime, material)
            guard try PrivateKey(record).publicMaterial == secret.publicKey.material else {
                throw KeyVaultError.foreignNumbers
            }
            return try KeyGeneration(sealing: record, as: selector, with: export.certificate, passphrase: passphrase)
        }
    }
}

extension SecretKey.Numbers {
    fileprivate var algorithm: KeyAlgorithm {
        switch self {
        case .ed25519: .ed25519
        case .rsa: .rsa
        }
    }

    /// As a record has them; the caller wipes it.
    fileprivate func material(of publicKey: PublicKey) throws -> [UInt8] {
        switch (self, publicKey.material) {
        case (.ed25519(let seed), _): return seed
        case (.rsa(let exponent, let first, let second), .rsa(let key)):
            return try RSAPrivateKey(publicKey: key, exponent: exponent, primes: (first, second)).exportPKCS8()
        default: throw KeyVaultError.foreignNumbers
        }
    }
}

extension KeyVaultError {
    fileprivate static let foreignNumbers = Self.notAnExport(
        .malformed(field: "secret key", expected: "that of its public key"))
}
