import COpenSSL

/// Random bytes from OpenSSL, which the kernel seeds.
public enum SystemRandom {
    /// Bytes fit for keys and nonces.
    public static func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard let size = Int32(exactly: count), unsafe RAND_priv_bytes(&bytes, size) == 1 else {
            throw .lastFailure("get random bytes")
        }
        return bytes
    }
}

/// What OpenSSL does with its memory in this process.
public enum OpenSSLMemory {
    /// Has OpenSSL overwrite whatever it frees from now on; must come before anything else that is done with it.
    public static func clearWhatIsFreed() throws(CryptographyError) {
        guard creposeal_clear_what_is_freed() == 1 else { throw .lastFailure("have freed memory cleared") }
    }
}

/// Overwrites a secret in place and empties the array; other copies of it are not reached.
public func wipe(_ secret: inout [UInt8]) {
    unsafe secret.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    secret.removeAll()
}
