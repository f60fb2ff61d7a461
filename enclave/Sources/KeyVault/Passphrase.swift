import Cryptography
import Descriptors
import Glibc

/// What sealed keys are opened with, read from a file that only its owner can read.
public struct Passphrase: ~Copyable {
    private let secret: SecretBytes

    /// Reads the first line of a file; a symbolic link is not followed.
    public init(file path: String) throws(KeyVaultError) {
        secret = try translating {
            let file = try Descriptor.opening(path, flags: O_RDONLY | O_NOFOLLOW)
            let mode = try file.mode()
            guard mode & S_IFMT == S_IFREG, mode & 0o077 == 0 else { throw KeyVaultError.passphraseFileNotPrivate }
            var bytes = try file.readToEnd(limit: 4096)
            defer { wipe(&bytes) }
            var line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") })
            guard (1...1024).contains(line.count) else { throw KeyVaultError.passphraseLength }
            return try SecretBytes(moving: &line)
        }
    }

    /// The key that seals a file with this salt and cost.
    func key(salt: [UInt8], cost: ScryptCost) throws(CryptographyError) -> [UInt8] {
        var passphrase = secret.copy()
        defer { wipe(&passphrase) }
        return try Scrypt.key(
            passphrase: passphrase, salt: salt, costLog2: Int(cost.log2), r: Int(cost.blockSize),
            p: Int(cost.parallelisation), byteCount: AES256GCM.keyByteCount)
    }
}

/// How dear it is to try one passphrase (RFC 7914 section 2).
struct ScryptCost: Hashable, Sendable {
    var log2: UInt8 = 16
    var blockSize: UInt8 = 8
    var parallelisation: UInt8 = 1

    /// What seals keys that protect nothing.
    static let demonstration = ScryptCost(log2: 10)
}
