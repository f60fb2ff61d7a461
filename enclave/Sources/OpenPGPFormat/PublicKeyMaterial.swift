public import Cryptography

/// A public-key algorithm that we sign and verify with, by its OpenPGP number.
public enum KeyAlgorithm: UInt8, Sendable {
    /// RSA with PKCS #1 v1.5 (RFC 4880 section 9.1).
    case rsa = 1
    /// EdDSA over Ed25519 in its first OpenPGP form, which gpg 2.2 and pacman know (RFC 9580 section 9.1).
    case ed25519 = 22
}

/// The numbers of a public key; two keys with equal material belong to whoever holds the one private key.
public enum PublicKeyMaterial: Hashable, Sendable {
    /// An RSA key.
    case rsa(RSAPublicKey)
    /// An Ed25519 key.
    case ed25519(Ed25519PublicKey)
    /// A key that nothing here verifies with, such as one for encryption.
    case unsupported(algorithm: UInt8)

    private static let ed25519Curve: [UInt8] = [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01]

    /// The algorithm, unless it is unsupported.
    public var algorithm: KeyAlgorithm? {
        switch self {
        case .rsa: .rsa
        case .ed25519: .ed25519
        case .unsupported: nil
        }
    }

    init(algorithm: UInt8, reading cursor: inout ByteCursor) throws(OpenPGPError) {
        switch KeyAlgorithm(rawValue: algorithm) {
        case .rsa:
            let modulus = try cursor.integer("RSA modulus", maximumBits: 8192)
            let exponent = try cursor.integer("RSA exponent", maximumBits: 32)
            guard let key = try? RSAPublicKey(modulus: modulus, exponent: exponent) else {
                throw .unsupported(field: "RSA key", value: "too short or not a key")
            }
            self = .rsa(key)
        case .ed25519:
            let curveSize = Int(try cursor.byte("EdDSA curve"))
            let curve = try cursor.take(curveSize, "EdDSA curve")
            let point = try cursor.integer("EdDSA point", maximumBits: 263)
            guard curve == Self.ed25519Curve, point.first == 0x40,
                let key = try? Ed25519PublicKey(bytes: point.dropFirst())
            else { throw .malformed(field: "EdDSA key", expected: "an Ed25519 point with its prefix 0x40") }
            self = .ed25519(key)
        case nil:
            _ = cursor.takeRest()
            self = .unsupported(algorithm: algorithm)
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .rsa(let key): multiprecisionInteger(key.modulus) + multiprecisionInteger(key.exponent)
        case .ed25519(let key):
            [UInt8(Self.ed25519Curve.count)] + Self.ed25519Curve + multiprecisionInteger([0x40] + key.bytes)
        case .unsupported: []
        }
    }

    /// Whether the raw signature, an RSA integer or the 64 bytes of Ed25519, fits the digest.
    public func isValidSignature(_ rawSignature: [UInt8], digest: [UInt8], hash: HashAlgorithm) -> Bool {
        switch self {
        case .rsa(let key):
            key.isValidSignature(leftPadded(rawSignature, to: key.modulus.count), digest: digest, hash: hash)
        case .ed25519(let key):
            (try? Ed25519Signature(bytes: rawSignature)).map { key.isValidSignature($0, over: digest) } ?? false
        case .unsupported: false
        }
    }
}
