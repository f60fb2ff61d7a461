import COpenSSL

/// An Ed25519 public key (RFC 8032).
public struct Ed25519PublicKey: Hashable, Sendable {
    /// The 32 bytes of the encoded point.
    public let bytes: [UInt8]

    /// Takes exactly 32 bytes.
    public init(bytes untrusted: some Sequence<UInt8>) throws(CryptographyError) {
        bytes = Array(untrusted)
        guard bytes.count == 32 else { throw .malformed(field: "Ed25519 public key", expected: "32 bytes") }
    }

    /// Takes exactly 64 lower-case hexadecimal digits.
    public init(parsingHex untrustedHex: some StringProtocol) throws(CryptographyError) {
        try self.init(bytes: Hex.decode(untrustedHex, field: "Ed25519 public key"))
    }

    /// The key as 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// Whether the owner of this key signed exactly these bytes.
    public func isValidSignature(_ signature: Ed25519Signature, over message: [UInt8]) -> Bool {
        (try? verify(signature, over: message)) ?? false
    }

    private func verify(_ signature: Ed25519Signature, over message: [UInt8]) throws(CryptographyError) -> Bool {
        defer { ERR_clear_error() }
        let key = try unsafe KeyHandle(
            owning: EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count),
            for: "read an Ed25519 public key")
        let context = try DigestContext()
        guard unsafe EVP_DigestVerifyInit(context.pointer, nil, nil, nil, key.pointer) == 1 else {
            throw .lastFailure("start an Ed25519 verification")
        }
        return unsafe EVP_DigestVerify(
            context.pointer, signature.bytes, signature.bytes.count, message, message.count) == 1
    }
}

/// An Ed25519 signature (RFC 8032).
public struct Ed25519Signature: Hashable, Sendable {
    /// How many bytes a signature has.
    public static let byteCount = 64

    /// The 64 bytes: the point R, then the scalar S.
    public let bytes: [UInt8]

    /// Takes exactly 64 bytes.
    public init(bytes untrusted: some Sequence<UInt8>) throws(CryptographyError) {
        bytes = Array(untrusted)
        guard bytes.count == Self.byteCount else {
            throw .malformed(field: "Ed25519 signature", expected: "64 bytes")
        }
    }
}

/// An Ed25519 private key; OpenSSL clears it when it is released.
public struct Ed25519PrivateKey: ~Copyable {
    /// How many bytes a seed has.
    public static let seedByteCount = 32

    /// The public half.
    public let publicKey: Ed25519PublicKey
    private let key: KeyHandle

    /// Takes the 32 bytes that RFC 8032 calls the private key.
    public init(seed: [UInt8]) throws(CryptographyError) {
        guard seed.count == Self.seedByteCount else {
            throw .malformed(field: "Ed25519 seed", expected: "32 bytes")
        }
        let key = try unsafe KeyHandle(
            owning: EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count),
            for: "read an Ed25519 private key")
        var point = [UInt8](repeating: 0, count: 32)
        var size = point.count
        guard unsafe EVP_PKEY_get_raw_public_key(key.pointer, &point, &size) == 1 else {
            throw .lastFailure("compute an Ed25519 public key")
        }
        publicKey = try Ed25519PublicKey(bytes: point)
        self.key = key
    }

    /// A new key from the system's random source.
    public static func generate() throws(CryptographyError) -> Ed25519PrivateKey {
        var seed = try SystemRandom.bytes(seedByteCount)
        defer { wipe(&seed) }
        return try Ed25519PrivateKey(seed: seed)
    }

    /// The 32 secret bytes, for sealing; the caller wipes them.
    public func exportSeed() throws(CryptographyError) -> [UInt8] {
        var seed = [UInt8](repeating: 0, count: Self.seedByteCount)
        var size = seed.count
        guard unsafe EVP_PKEY_get_raw_private_key(key.pointer, &seed, &size) == 1 else {
            throw .lastFailure("export an Ed25519 private key")
        }
        return seed
    }

    /// Signs bytes.
    public func sign(_ message: [UInt8]) throws(CryptographyError) -> Ed25519Signature {
        let context = try DigestContext()
        var signature = [UInt8](repeating: 0, count: Ed25519Signature.byteCount)
        var size = signature.count
        guard unsafe EVP_DigestSignInit(context.pointer, nil, nil, nil, key.pointer) == 1,
            unsafe EVP_DigestSign(context.pointer, &signature, &size, message, message.count) == 1
        else { throw .lastFailure("sign with Ed25519") }
        return try Ed25519Signature(bytes: signature.prefix(size))
    }
}
