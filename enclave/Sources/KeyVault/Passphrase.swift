import Cryptography
import Descriptors
import Glibc

/// What sealed keys are opened with, read from a file that only its owner can read, or from a pipe.
public struct Passphrase: ~Copyable {
    private let secret: SecretBytes

    /// Reads the first line of a file, or with `-` of standard input, which nobody else can read if it is a pipe; a symbolic
    /// link is not followed.
    ///
    /// A file directly in `credentials`, where systemd puts what it unsealed for this service alone (`$CREDENTIALS_DIRECTORY`
    /// in systemd.exec(5)), may be readable by its group, as systemd 254 and later make it, if it is root's or this user's.
    public init(file path: String, credentials: String? = nil) throws(KeyVaultError) {
        secret = try translating {
            if path == "-" { return try Self.line(of: Descriptor.standardInput()) }
            let file = try Descriptor.opening(path, flags: O_RDONLY | O_NOFOLLOW)
            let status = try file.status()
            let isCredential =
                credentials.map { Self.isFile(path, in: $0) } == true && [0, geteuid()].contains(status.owner)
            guard status.mode & S_IFMT == S_IFREG, status.mode & (isCredential ? 0o037 : 0o077) == 0 else {
                throw KeyVaultError.passphraseFileNotPrivate
            }
            return try Self.line(of: file)
        }
    }

    private static func line(of file: borrowing Descriptor) throws -> SecretBytes {
        let line = try SecretBytes(firstLineOf: file, limit: 4096)
        guard (1...1024).contains(line.count) else { throw KeyVaultError.passphraseLength }
        return line
    }

    /// Whether a path names a file directly in a directory, by its text alone.
    private static func isFile(_ path: String, in directory: String) -> Bool {
        guard directory.hasPrefix("/"), path.utf8.starts(with: "\(directory)/".utf8) else { return false }
        return !path.utf8.dropFirst(directory.utf8.count + 1).contains(UInt8(ascii: "/"))
    }

    /// The passphrase itself, which the caller wipes.
    public func bytes() -> [UInt8] { secret.copy() }

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
