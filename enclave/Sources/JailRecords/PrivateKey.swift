public import Cryptography
public import OpenPGPFormat

/// A private key of either algorithm, made of a record or new.
public enum PrivateKey: ~Copyable {
    /// An Ed25519 key.
    case ed25519(Ed25519PrivateKey)
    /// An RSA key.
    case rsa(RSAPrivateKey)

    /// The key in a record.
    public init(_ record: borrowing KeyRecord) throws(CryptographyError) {
        switch record.algorithm {
        case .ed25519: self = .ed25519(try Ed25519PrivateKey(seed: record.material))
        case .rsa: self = .rsa(try RSAPrivateKey(pkcs8: record.material))
        }
    }

    /// A new key; RSA keys have 4096 bits.
    public init(generating algorithm: KeyAlgorithm) throws(CryptographyError) {
        switch algorithm {
        case .ed25519: self = .ed25519(try Ed25519PrivateKey.generate())
        case .rsa: self = .rsa(try RSAPrivateKey.generate(bits: 4096))
        }
    }

    /// The public half.
    public var publicMaterial: PublicKeyMaterial {
        switch self {
        case .ed25519(let key): .ed25519(key.publicKey)
        case .rsa(let key): .rsa(key.publicKey)
        }
    }

    /// What a record holds; the caller wipes it.
    public borrowing func exportMaterial() throws(CryptographyError) -> [UInt8] {
        switch self {
        case .ed25519(let key): try key.exportSeed()
        case .rsa(let key): try key.exportPKCS8()
        }
    }

    /// Signs as OpenPGP does: RSA the digest as such, Ed25519 the digest as its message (RFC 9580 section 5.2.3.3).
    public borrowing func sign(digest: SHA256Digest) throws(CryptographyError) -> [UInt8] {
        switch self {
        case .ed25519(let key): try key.sign(digest.bytes).bytes
        case .rsa(let key): try key.sign(digest: digest.bytes, hash: .sha256)
        }
    }

    /// Signs bytes: Ed25519 as they are, RSA their SHA-256 digest.
    public borrowing func sign(message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        switch self {
        case .ed25519(let key): try key.sign(message).bytes
        case .rsa: try sign(digest: SHA256.digest(of: message))
        }
    }
}
