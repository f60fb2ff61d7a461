import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D); a nonce must never be used twice with one key.
public enum AES256GCM {
    /// How many bytes a key has.
    public static let keyByteCount = 32
    /// How many bytes a nonce has.
    public static let nonceByteCount = 12
    /// How many bytes the tag adds to the plaintext.
    public static let tagByteCount = 16

    /// The ciphertext, then its tag; the associated data is authenticated and not included.
    public static func seal(
        _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], authenticating associatedData: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        let context = try start(key: key, nonce: nonce, associatedData: associatedData, sealing: 1)
        var ciphertext = try update(context, with: plaintext)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        var size: Int32 = 0
        guard unsafe EVP_CipherFinal_ex(context.pointer, &tag, &size) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), &tag) == 1
        else { throw .lastFailure("seal bytes") }
        ciphertext += tag
        return ciphertext
    }

    /// The plaintext of what `seal` returned, or `authenticationFailed`.
    public static func open(
        _ untrustedBytes: [UInt8], key: [UInt8], nonce: [UInt8], authenticating associatedData: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard untrustedBytes.count >= tagByteCount else {
            throw .malformed(field: "sealed message", expected: "at least as long as its tag")
        }
        let context = try start(key: key, nonce: nonce, associatedData: associatedData, sealing: 0)
        var plaintext = try update(context, with: Array(untrustedBytes.dropLast(tagByteCount)))
        var tag = Array(untrustedBytes.suffix(tagByteCount))
        var size: Int32 = 0
        guard unsafe EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1 else {
            throw .lastFailure("open sealed bytes")
        }
        guard unsafe EVP_CipherFinal_ex(context.pointer, &tag, &size) == 1 else {
            wipe(&plaintext)
            ERR_clear_error()
            throw .authenticationFailed
        }
        return plaintext
    }

    static func start(
        key: [UInt8], nonce: [UInt8], associatedData: [UInt8], sealing: Int32
    ) throws(CryptographyError) -> CipherContext {
        guard key.count == keyByteCount else { throw .malformed(field: "AES-256 key", expected: "32 bytes") }
        guard nonce.count == nonceByteCount else { throw .malformed(field: "GCM nonce", expected: "12 bytes") }
        let context = try CipherContext()
        var size: Int32 = 0
        guard let dataSize = Int32(exactly: associatedData.count),
            unsafe EVP_CipherInit_ex(context.pointer, EVP_aes_256_gcm(), nil, key, nonce, sealing) == 1,
            unsafe EVP_CipherUpdate(context.pointer, nil, &size, associatedData, dataSize) == 1
        else { throw .lastFailure("start AES-256-GCM") }
        return context
    }

    private static func update(
        _ context: borrowing CipherContext, with input: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: input.count)
        var size: Int32 = 0
        guard let inputSize = Int32(exactly: input.count),
            unsafe EVP_CipherUpdate(context.pointer, &output, &size, input, inputSize) == 1, size == inputSize
        else { throw .lastFailure("run AES-256-GCM") }
        return output
    }
}
