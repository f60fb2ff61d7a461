import Cryptography
import OpenPGPFormat
import Testing

/// A repository key as the enclave would hold it.
enum OwnKey: CaseIterable, CustomTestStringConvertible {
    case ed25519
    case rsa4096

    static let creationTime: UInt32 = 1_700_000_000
    private static let seed = [UInt8](repeating: 0x42, count: 32)
    private static let pkcs8 = Result { try RSAPrivateKey.generate(bits: 4096).exportPKCS8() }

    var testDescription: String { self == .ed25519 ? "Ed25519" : "RSA-4096" }

    var algorithm: KeyAlgorithm { self == .ed25519 ? .ed25519 : .rsa }

    func material() throws -> PublicKeyMaterial {
        switch self {
        case .ed25519: .ed25519(try Ed25519PrivateKey(seed: Self.seed).publicKey)
        case .rsa4096: .rsa(try RSAPrivateKey(pkcs8: Self.pkcs8.get()).publicKey)
        }
    }

    func rawSignature(over digest: SHA256Digest) throws -> [UInt8] {
        switch self {
        case .ed25519: try Ed25519PrivateKey(seed: Self.seed).sign(digest.bytes).bytes
        case .rsa4096: try RSAPrivateKey(pkcs8: Self.pkcs8.get()).sign(digest: digest.bytes, hash: .sha256)
        }
    }

    func certificate(userID: String = "Test repository <repo@example.org>") throws -> Certificate {
        let draft = try CertificateDraft(material: material(), creationTime: Self.creationTime, userID: userID)
        return try draft.certificate(rawSignature: rawSignature(over: draft.digest))
    }

    func sign(_ content: [UInt8], _ template: SignatureTemplate) throws -> [UInt8] {
        let digest = template.digest(over: content)
        return template.packet(digest: digest, rawSignature: try rawSignature(over: digest))
    }

    func template(
        creationTime: UInt32, validitySeconds: UInt32? = nil, notations: [Notation] = []
    ) throws -> SignatureTemplate {
        try SignatureTemplate(
            key: algorithm, issuer: certificate().fingerprint, creationTime: creationTime,
            validitySeconds: validitySeconds, notations: notations)
    }
}
