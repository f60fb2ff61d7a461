import Cryptography
import Descriptors
import Glibc

/// Which backup key is meant; it says nothing about the key itself.
public struct BackupKeyID: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes there are.
    public static let byteCount = 16
    private static let domain = Array("reposeal backup key v1\n".utf8)

    /// The first bytes of SHA-256 over a text of its own and the key.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(of key: borrowing SecretBytes) {
        var secret = key.copy()
        var message = Self.domain + secret
        bytes = Array(SHA256.digest(of: message).bytes.prefix(Self.byteCount))
        wipe(&message)
        wipe(&secret)
    }

    /// 32 lower-case hexadecimal digits.
    public var description: String { Hex.encode(bytes) }
}

/// What backups are sealed under: 32 random bytes that the ceremony host made and split among people.
public struct BackupKey: ~Copyable {
    /// Which one it is.
    public let id: BackupKeyID
    private let secret: SecretBytes

    private static let beginning = Array("reposeal-backup-key-1 ".utf8)

    /// Reads the file that `reposeal-shares` wrote, which must be a regular file for its owner alone; a symbolic link is not
    /// followed.
    public init(file path: String) throws(KeyBackupError) {
        secret = try backingUp {
            let file = try Descriptor.opening(path, flags: O_RDONLY | O_NOFOLLOW)
            guard try file.status().mode & (S_IFMT | 0o077) == S_IFREG else {
                throw KeyBackupError.keyFile(
                    path: path, expected: "a regular file that only its owner can read and write (mode 0600 or less)")
            }
            guard var key = try Self.key(inLine: SecretBytes(contentsOf: file, limit: 4096)) else {
                throw KeyBackupError.keyFile(
                    path: path, expected: "one line: reposeal-backup-key-1, then 64 lower-case hexadecimal digits")
            }
            return try SecretBytes(moving: &key)
        }
        id = BackupKeyID(of: secret)
    }

    /// Text is not used on the way: a string cannot be wiped.
    private static func key(inLine line: borrowing SecretBytes) -> [UInt8]? {
        let end = beginning.count + 2 * AES256GCM.keyByteCount
        guard line.count == end + 1, line.open(beginning.indices) == beginning, line.open(end..<end + 1) == [0x0A]
        else { return nil }
        var key: [UInt8] = []
        key.reserveCapacity(AES256GCM.keyByteCount)
        for position in stride(from: beginning.count, to: end, by: 2) {
            guard let high = unsafe digit(line.memory[position]), let low = unsafe digit(line.memory[position + 1])
            else {
                wipe(&key)
                return nil
            }
            key.append(high << 4 | low)
        }
        return key
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// Gives the key to `body` in an array that is wiped afterwards.
    func withKey<Value>(_ body: ([UInt8]) throws(CryptographyError) -> Value) throws(CryptographyError) -> Value {
        var key = secret.copy()
        defer { wipe(&key) }
        return try body(key)
    }
}
