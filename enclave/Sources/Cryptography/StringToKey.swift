import COpenSSL

/// Keys from passphrases as OpenPGP makes them, iterated and salted (RFC 4880 section 3.7.1.3).
public enum StringToKey {
    /// A hash function that gpg makes such keys with.
    public enum Hash: Sendable {
        /// SHA-1, gpg's own choice here, where no collision helps anybody.
        case sha1
        /// SHA-256.
        case sha256

        fileprivate var byteCount: Int { self == .sha1 ? 20 : 32 }
    }

    /// The first bytes of the hashes over `count` bytes of salt and passphrase again and again, each hash after one more zero;
    /// the caller wipes them.
    public static func key(
        passphrase: [UInt8], salt: [UInt8], count: Int, hash: Hash, byteCount: Int
    ) -> [UInt8] {
        var unit = salt + passphrase
        defer { wipe(&unit) }
        let total = max(count, unit.count)
        // Whole repetitions, so that each piece goes on where the one before ended.
        var piece: [UInt8] = []
        piece.reserveCapacity(min(total, 1 << 16) + unit.count)
        while piece.count < min(total, 1 << 16) { piece += unit }
        defer { wipe(&piece) }
        var key: [UInt8] = []
        key.reserveCapacity(byteCount + hash.byteCount)
        while key.count < byteCount {
            let zeros = [UInt8](repeating: 0, count: key.count / hash.byteCount)
            var next = digest(of: zeros, thenRepeated: piece, upTo: total, hash)
            key += next
            wipe(&next)
        }
        defer { wipe(&key) }
        return Array(key.prefix(byteCount))
    }

    private static func digest(
        of beginning: [UInt8], thenRepeated piece: [UInt8], upTo total: Int, _ hash: Hash
    ) -> [UInt8] {
        var lengths = [Int](repeating: piece.count, count: total / piece.count)
        if total % piece.count > 0 { lengths.append(total % piece.count) }
        var digest = [UInt8](repeating: 0, count: hash.byteCount)
        switch hash {
        case .sha1:
            var context = SHA_CTX()
            defer { unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA_CTX>.size) }
            unsafe SHA1_Init(&context)
            unsafe SHA1_Update(&context, beginning, beginning.count)
            for length in lengths { unsafe SHA1_Update(&context, piece, length) }
            unsafe SHA1_Final(&digest, &context)
        case .sha256:
            var context = SHA256_CTX()
            defer { unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA256_CTX>.size) }
            unsafe SHA256_Init(&context)
            unsafe SHA256_Update(&context, beginning, beginning.count)
            for length in lengths { unsafe SHA256_Update(&context, piece, length) }
            unsafe SHA256_Final(&digest, &context)
        }
        return digest
    }
}

/// AES in cipher feedback mode, which says nothing about changes: what it decrypts must be checked.
public enum AESCFB {
    /// Decrypts with a key of 16 or 32 bytes and an initialisation vector of 16; the caller wipes the result.
    public static func decrypt(
        _ ciphertext: [UInt8], key: [UInt8], initialisationVector: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard [16, 32].contains(key.count), initialisationVector.count == 16,
            let size = Int32(exactly: ciphertext.count)
        else { throw .malformed(field: "AES key", expected: "16 or 32 bytes with a vector of 16") }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .lastFailure("decrypt with AES") }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let cipher = unsafe key.count == 16 ? EVP_aes_128_cfb128() : EVP_aes_256_cfb128()
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count + 16)
        var written: Int32 = 0
        guard unsafe EVP_DecryptInit_ex(context, cipher, nil, key, initialisationVector) == 1,
            unsafe EVP_DecryptUpdate(context, &plaintext, &written, ciphertext, size) == 1, written == size
        else {
            wipe(&plaintext)
            throw .lastFailure("decrypt with AES")
        }
        plaintext.removeLast(16)
        return plaintext
    }
}
