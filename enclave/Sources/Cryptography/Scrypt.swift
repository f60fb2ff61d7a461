import COpenSSL

/// scrypt (RFC 7914), which turns a passphrase into a key at a stated cost.
public enum Scrypt {
    /// The most memory one derivation may take, in bytes.
    public static let maximumMemory = 1 << 30

    /// Derives `byteCount` bytes with N = 2^`costLog2`, block size `r` and parallelisation `p`.
    public static func key(
        passphrase: [UInt8], salt: [UInt8], costLog2: Int, r: Int, p: Int, byteCount: Int = 32
    ) throws(CryptographyError) -> [UInt8] {
        guard (1...24).contains(costLog2), (1...64).contains(r), (1...64).contains(p), byteCount > 0 else {
            throw .malformed(field: "scrypt cost", expected: "N of 2^1 to 2^24, r and p of 1 to 64")
        }
        var key = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe passphrase.withUnsafeBytes { password in
            unsafe EVP_PBE_scrypt(
                password.assumingMemoryBound(to: CChar.self).baseAddress, password.count, salt, salt.count,
                1 << UInt64(costLog2), UInt64(r), UInt64(p), UInt64(maximumMemory), &key, byteCount)
        }
        guard done == 1 else { throw .lastFailure("derive a key with scrypt") }
        return key
    }
}
