import COpenSSL

/// A hash function that a signature may use.
public enum HashAlgorithm: Hashable, Sendable {
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-512.
    case sha512

    /// The digest of bytes, and of more bytes that follow them.
    public func digest(of bytes: [UInt8], appending more: [UInt8] = []) -> [UInt8] {
        switch self {
        case .sha256:
            var hash = SHA256()
            hash.update(bytes)
            hash.update(more)
            return hash.finalize().bytes
        case .sha384, .sha512:
            // The low-level functions cannot fail, unlike those that look a provider up.
            var context = SHA512_CTX()
            _ = unsafe self == .sha384 ? SHA384_Init(&context) : SHA512_Init(&context)
            unsafe SHA512_Update(&context, bytes, bytes.count)
            unsafe SHA512_Update(&context, more, more.count)
            var digest = [UInt8](repeating: 0, count: byteCount)
            unsafe SHA512_Final(&digest, &context)
            return digest
        }
    }

    /// How many bytes a digest has.
    public var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    var libraryName: OpaquePointer? {
        switch self {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}

/// SHA-1, only for the fingerprints of OpenPGP v4 keys (RFC 4880 section 12.2), which are names and not signatures.
public enum SHA1 {
    /// The 20 bytes of the digest.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var context = SHA_CTX()
        // Secret keys are hashed, too.
        defer { unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA_CTX>.size) }
        var digest = [UInt8](repeating: 0, count: 20)
        unsafe SHA1_Init(&context)
        unsafe SHA1_Update(&context, bytes, bytes.count)
        unsafe SHA1_Final(&digest, &context)
        return digest
    }
}
