import COpenSSL

/// The same where the bytes are, for plaintexts that must not be anywhere else.
extension AES256GCM {
    /// Replaces a plaintext by its ciphertext and returns the tag.
    public static func seal(
        inPlace bytes: inout MutableRawSpan, key: [UInt8], nonce: [UInt8], authenticating associatedData: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        let context = try start(key: key, nonce: nonce, associatedData: associatedData, sealing: 1)
        try update(context, &bytes)
        var tag = [UInt8](repeating: 0, count: tagByteCount)
        var size: Int32 = 0
        guard unsafe EVP_CipherFinal_ex(context.pointer, &tag, &size) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), &tag) == 1
        else { throw .lastFailure("seal bytes") }
        return tag
    }

    /// Replaces a ciphertext by its plaintext; after `authenticationFailed` the bytes are worth nothing, and the caller wipes
    /// them.
    public static func open(
        inPlace bytes: inout MutableRawSpan, tag untrustedTag: [UInt8], key: [UInt8], nonce: [UInt8],
        authenticating associatedData: [UInt8]
    ) throws(CryptographyError) {
        guard untrustedTag.count == tagByteCount else { throw .malformed(field: "GCM tag", expected: "16 bytes") }
        let context = try start(key: key, nonce: nonce, associatedData: associatedData, sealing: 0)
        try update(context, &bytes)
        var tag = untrustedTag
        var size: Int32 = 0
        guard unsafe EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag) == 1 else {
            throw .lastFailure("open sealed bytes")
        }
        guard unsafe EVP_CipherFinal_ex(context.pointer, &tag, &size) == 1 else {
            ERR_clear_error()
            throw .authenticationFailed
        }
    }

    /// Runs over the bytes where they are, which evp(3) allows for the whole of a buffer.
    private static func update(
        _ context: borrowing CipherContext, _ bytes: inout MutableRawSpan
    ) throws(CryptographyError) {
        let count = bytes.byteCount
        var size: Int32 = 0
        let isDone = unsafe bytes.withUnsafeMutableBytes { room in
            guard let start = unsafe room.assumingMemoryBound(to: UInt8.self).baseAddress else { return count == 0 }
            guard let inputSize = Int32(exactly: count) else { return false }
            return unsafe EVP_CipherUpdate(context.pointer, start, &size, start, inputSize) == 1 && size == inputSize
        }
        guard isDone else { throw .lastFailure("run AES-256-GCM") }
    }
}
