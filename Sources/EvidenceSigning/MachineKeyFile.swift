public import Cryptography
import Glibc

/// The file in which a builder or a scheduler keeps its Ed25519 key.
///
/// One line: `reposeal-private-key-1`, the seed as 64 lower-case hexadecimal digits, and optionally a comment. Beside it lies
/// `FILE.pub` with the public key alone.
public struct MachineKeyFile: ~Copyable {
    private static let format = "reposeal-private-key-1"

    /// The key.
    public let key: Ed25519PrivateKey
    /// What whoever made the key wrote beside it; often empty.
    public let comment: String

    /// Reads a key; a file that others may read or write is refused.
    public init(reading path: String) throws(EvidenceSigningError) {
        var bytes = try WholeFile.read(path, maximumByteCount: 4096) { status throws(EvidenceSigningError) in
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .refused(file: path, field: "private key", expected: "a regular file")
            }
            guard status.st_mode & 0o077 == 0 else {
                let mode = "0" + String(status.st_mode & 0o777, radix: 8)
                throw .refused(
                    file: path, field: "mode \(mode)",
                    expected: "a private key that only its owner can read (chmod 600)")
            }
        }
        defer { wipe(&bytes) }
        let malformed = EvidenceSigningError.refused(
            file: path, field: "private key",
            expected: "one line: \(Self.format), then 64 lower-case hexadecimal digits")
        guard bytes.popLast() == UInt8(ascii: "\n"), !bytes.contains(UInt8(ascii: "\n")) else { throw malformed }
        let words = bytes.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].elementsEqual(Self.format.utf8) else { throw malformed }
        do throws(CryptographyError) {
            var seed = try Hex.decode(String(decoding: words[1], as: UTF8.self))
            defer { wipe(&seed) }
            key = try Ed25519PrivateKey(seed: seed)
        } catch {
            throw malformed
        }
        comment = words.count > 2 ? String(decoding: words[2], as: UTF8.self) : ""
    }

    /// Makes a key and writes `path`, readable by its owner only, and `path.pub`; neither may be there already.
    public static func generate(at path: String, comment: String = "") throws(EvidenceSigningError) -> Ed25519PublicKey
    {
        guard comment.utf8.count <= 1024,
            comment.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw .refused(file: path, field: "comment", expected: "at most 1024 bytes without control characters")
        }
        let publicPath = path + ".pub"
        if WholeFile.exists(publicPath) { throw .alreadyThere(file: publicPath) }
        do {
            let key = try Ed25519PrivateKey.generate()
            var seed = try key.exportSeed()
            var text = Array("\(format) \(Hex.encode(seed))\(comment.isEmpty ? "" : " \(comment)")\n".utf8)
            defer {
                wipe(&seed)
                wipe(&text)
            }
            try WholeFile.write(text, to: path, mode: 0o600)
            try WholeFile.write(Array("\(key.publicKey.hex)\n".utf8), to: publicPath)
            return key.publicKey
        } catch let error as EvidenceSigningError {
            throw error
        } catch {
            throw .library(reason: "\(error)")
        }
    }

    /// Reads the public half: `FILE.pub`, 64 lower-case hexadecimal digits and a line feed.
    public static func publicKey(reading path: String) throws(EvidenceSigningError) -> Ed25519PublicKey {
        var text = try WholeFile.read(path, maximumByteCount: 4096)
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        do throws(CryptographyError) {
            return try Ed25519PublicKey(parsingHex: String(decoding: text, as: UTF8.self))
        } catch {
            throw .refused(file: path, field: "public key", expected: "64 lower-case hexadecimal digits")
        }
    }
}
