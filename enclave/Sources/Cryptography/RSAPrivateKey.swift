import COpenSSL

/// An RSA private key; OpenSSL clears it when it is released.
public struct RSAPrivateKey: ~Copyable {
    /// The public half.
    public let publicKey: RSAPublicKey
    private let key: KeyHandle

    /// A new key; 4096 bits take about a second.
    public static func generate(bits: Int32) throws(CryptographyError) -> RSAPrivateKey {
        let operation = try unsafe KeyOperation(
            owning: EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil), for: "start generating an RSA key")
        var generated: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(operation.pointer) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(operation.pointer, bits) == 1,
            unsafe EVP_PKEY_keygen(operation.pointer, &generated) == 1
        else { throw .lastFailure("generate an RSA key") }
        return try unsafe RSAPrivateKey(KeyHandle(owning: generated, for: "generate an RSA key"))
    }

    /// Reads PKCS #8 (RFC 5208) in DER, with nothing after it.
    public init(pkcs8 untrustedBytes: [UInt8]) throws(CryptographyError) {
        var end = 0
        let parsed: OpaquePointer? = unsafe untrustedBytes.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            guard let start = buffer.baseAddress,
                let information = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &position, buffer.count)
            else { return nil }
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
            unsafe end = position.map { unsafe $0 - start } ?? 0
            return unsafe EVP_PKCS82PKEY(information)
        }
        let key = try unsafe KeyHandle(owning: parsed, for: "read a PKCS #8 key")
        guard unsafe EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_RSA, end == untrustedBytes.count else {
            throw .malformed(field: "PKCS #8 key", expected: "one RSA private key")
        }
        try self.init(key)
    }

    /// Puts a key together from the numbers of RFC 8017 section 3, big-endian; those that do not belong together are refused.
    public init(
        publicKey: RSAPublicKey, exponent: [UInt8], primes: (first: [UInt8], second: [UInt8])
    ) throws(CryptographyError) {
        let (n, e) = (publicKey.modulus, publicKey.exponent)
        let made = unsafe creposeal_rsa_private_key(
            n, Int32(n.count), e, Int32(e.count), exponent, Int32(exponent.count), primes.first,
            Int32(primes.first.count), primes.second, Int32(primes.second.count))
        try self.init(unsafe KeyHandle(owning: made, for: "put an RSA key together"))
    }

    private init(_ key: consuming KeyHandle) throws(CryptographyError) {
        publicKey = try RSAPublicKey(
            modulus: RSAPublicKey.number(OSSL_PKEY_PARAM_RSA_N, of: key),
            exponent: RSAPublicKey.number(OSSL_PKEY_PARAM_RSA_E, of: key))
        self.key = key
    }

    /// The key as PKCS #8 in DER, for sealing; the caller wipes it.
    public func exportPKCS8() throws(CryptographyError) -> [UInt8] {
        guard let information = unsafe EVP_PKEY2PKCS8(key.pointer) else { throw .lastFailure("export an RSA key") }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
        var bytes = [UInt8](repeating: 0, count: Int(max(0, unsafe i2d_PKCS8_PRIV_KEY_INFO(information, nil))))
        let size = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var position = buffer.baseAddress
            return unsafe i2d_PKCS8_PRIV_KEY_INFO(information, &position)
        }
        guard size > 0, size == bytes.count else { throw .lastFailure("export an RSA key") }
        return bytes
    }

    /// Signs a digest; the signature has as many bytes as the modulus.
    public func sign(digest: [UInt8], hash: HashAlgorithm) throws(CryptographyError) -> [UInt8] {
        guard digest.count == hash.byteCount else {
            throw .malformed(field: "digest", expected: "as long as its hash function's")
        }
        let operation = try unsafe KeyOperation(
            owning: EVP_PKEY_CTX_new(key.pointer, nil), for: "start an RSA signature")
        var signature = [UInt8](repeating: 0, count: publicKey.modulus.count)
        var size = signature.count
        guard unsafe EVP_PKEY_sign_init(operation.pointer) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(operation.pointer, RSA_PKCS1_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(operation.pointer, hash.libraryName) == 1,
            unsafe EVP_PKEY_sign(operation.pointer, &signature, &size, digest, digest.count) == 1,
            size == signature.count
        else { throw .lastFailure("sign with RSA") }
        return signature
    }
}
