import COpenSSL

/// An RSA public key of 2048 to 8192 bits, used with PKCS #1 v1.5 signatures (RFC 8017 section 8.2).
public struct RSAPublicKey: Hashable, Sendable {
    /// The modulus, big-endian, without leading zeros.
    public let modulus: [UInt8]

    /// The public exponent, big-endian, without leading zeros.
    public let exponent: [UInt8]

    /// Takes big-endian numbers; leading zeros are refused.
    public init(modulus untrustedModulus: [UInt8], exponent untrustedExponent: [UInt8]) throws(CryptographyError) {
        guard let first = untrustedModulus.first, first != 0, let last = untrustedModulus.last, last & 1 == 1,
            (2048...8192).contains(untrustedModulus.count * 8 - first.leadingZeroBitCount)
        else { throw .malformed(field: "RSA modulus", expected: "an odd number of 2048 to 8192 bits") }
        guard let first = untrustedExponent.first, first != 0, let last = untrustedExponent.last, last & 1 == 1,
            untrustedExponent.count <= 4, untrustedExponent != [1]
        else { throw .malformed(field: "RSA exponent", expected: "an odd number of at most 32 bits above 1") }
        modulus = untrustedModulus
        exponent = untrustedExponent
    }

    /// Reads a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7), as tokens give it out, with nothing after it.
    public init(subjectPublicKeyInfo untrustedBytes: [UInt8]) throws(CryptographyError) {
        var end = 0
        let parsed: OpaquePointer? = unsafe untrustedBytes.withUnsafeBufferPointer { buffer in
            var position = buffer.baseAddress
            let key = unsafe d2i_PUBKEY(nil, &position, buffer.count)
            if let start = buffer.baseAddress { end = unsafe position.map { unsafe $0 - start } ?? 0 }
            return unsafe key
        }
        let key = try unsafe KeyHandle(owning: parsed, for: "read a public key")
        guard unsafe EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_RSA, end == untrustedBytes.count else {
            throw .malformed(field: "public key", expected: "one RSA key")
        }
        try self.init(
            modulus: Self.number(OSSL_PKEY_PARAM_RSA_N, of: key), exponent: Self.number(OSSL_PKEY_PARAM_RSA_E, of: key))
    }

    /// One of the numbers of a key, big-endian.
    static func number(_ name: String, of key: borrowing KeyHandle) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let size = unsafe creposeal_rsa_number(key.pointer, name, &bytes, Int32(bytes.count))
        guard size > 0 else { throw .lastFailure("export an RSA public key") }
        return Array(bytes.prefix(Int(size)))
    }

    /// Whether the owner of this key signed this digest; the signature has as many bytes as the modulus.
    public func isValidSignature(_ signature: [UInt8], digest: [UInt8], hash: HashAlgorithm) -> Bool {
        signature.count == modulus.count && digest.count == hash.byteCount
            && (try? verify(signature, digest: digest, hash: hash)) ?? false
    }

    private func verify(
        _ signature: [UInt8], digest: [UInt8], hash: HashAlgorithm
    ) throws(CryptographyError) -> Bool {
        defer { ERR_clear_error() }
        let key = try unsafe KeyHandle(
            owning: creposeal_rsa_public_key(modulus, Int32(modulus.count), exponent, Int32(exponent.count)),
            for: "read an RSA public key")
        let operation = try unsafe KeyOperation(
            owning: EVP_PKEY_CTX_new(key.pointer, nil), for: "start an RSA verification")
        guard unsafe EVP_PKEY_verify_init(operation.pointer) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_padding(operation.pointer, RSA_PKCS1_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(operation.pointer, hash.libraryName) == 1
        else { throw .lastFailure("start an RSA verification") }
        return unsafe EVP_PKEY_verify(operation.pointer, signature, signature.count, digest, digest.count) == 1
    }
}
