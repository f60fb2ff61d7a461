public import Cryptography

/// The head of a log (C2SP tlog-checkpoint), without extension lines, which our logs never write.
public struct Checkpoint: Hashable, Sendable {
    /// Which log, and the name of its key.
    public let origin: String
    /// How many leaves the log has.
    public let size: UInt64
    /// The root of the log's tree.
    public let root: SHA256Digest

    /// Throws for an origin that cannot be the name of a key.
    public init(origin: String, size: UInt64, root: SHA256Digest) throws(TransparencyLogError) {
        try NoteKey.check(name: origin)
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Parses the text of a note.
    public init(parsing untrustedText: String) throws(TransparencyLogError) {
        let lines = untrustedText.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard lines.count == 4, lines[3].isEmpty else {
            throw .malformed(field: "checkpoint", expected: "three lines: origin, size and root")
        }
        guard let size = UInt64(lines[1]), String(size) == lines[1] else {
            throw .malformed(field: "checkpoint size", expected: "a decimal number without leading zeros")
        }
        guard let bytes = try? Base64.decode(lines[2]), let root = try? SHA256Digest(bytes: bytes) else {
            throw .malformed(field: "checkpoint root", expected: "base64 of 32 bytes")
        }
        try self.init(origin: lines[0], size: size, root: root)
    }

    /// The three lines; this is what the log key signs.
    public var text: String { "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" }
}
