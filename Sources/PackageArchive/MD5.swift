import COpenSSL

/// MD5 over bytes that arrive in pieces, only for the `%MD5SUM%` that repo-add 6.0.2 writes; nothing trusts it.
@safe
struct MD5: ~Copyable {
    private static let byteCount = 16

    private let context: OpaquePointer

    /// Starts with no bytes; nil where OpenSSL computes no MD5, as under FIPS rules.
    init?() {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        guard unsafe EVP_DigestInit_ex(context, EVP_md5(), nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        // It fails only on a context that was never started.
        unsafe _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// The digest of all bytes, after which there can be no more.
    consuming func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        unsafe _ = EVP_DigestFinal_ex(context, &digest, nil)
        return digest
    }
}
