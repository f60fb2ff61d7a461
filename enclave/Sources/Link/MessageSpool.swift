import ByteCoding
import Cryptography
import Descriptors
import Glibc

/// What has come of one large message, in a file: after an interruption, a restart or a power cut only the rest must come.
///
/// The file is trusted with nothing: a body of which a part was kept is checked like any other. A file that is damaged or
/// cannot be written costs only that more has to come again.
public struct MessageSpool: Sendable {
    /// How many bytes come before they are kept.
    static let pieceByteCount = 1 << 16
    private static let magic = Array("RSSPOOL1".utf8)

    /// Which message is kept, and how much of its body; nil for none.
    private(set) var partial: PartialMessage?
    private let path: String
    private let limit: Int

    /// Reads the file, which may not exist, and cuts off what is damaged; a body above the limit is thrown away.
    public init(path: String, limit: UInt64) {
        self.path = path
        self.limit = Int(min(limit, UInt64(UInt32.max)))
        guard let kept = read(), !kept.body.isEmpty, cut(to: kept.fileByteCount) else {
            discard()
            return
        }
        partial = PartialMessage(identity: kept.identity, byteCount: UInt64(kept.body.count))
    }

    /// Begins to keep another message; the file appears with its first piece.
    mutating func begin(_ identity: SHA256Digest) {
        discard()
        partial = PartialMessage(identity: identity, byteCount: 0)
    }

    /// How much of a message's body is not kept yet; 0 where none is kept.
    func unkeptByteCount(of body: [UInt8]) -> Int { partial.map { max(0, body.count - Int($0.byteCount)) } ?? 0 }

    /// Keeps what of the message's body is not kept yet; what is counted is on the disk.
    mutating func keep(_ body: [UInt8]) {
        guard let partial, unkeptByteCount(of: body) > 0 else { return }
        let piece = Array(body[Int(partial.byteCount)...])
        let isFirst = partial.byteCount == 0
        var writer = ByteWriter()
        if isFirst { writer.fixed(Self.magic + partial.identity.bytes) }
        writer.counted(piece)
        writer.integer(Self.check(of: piece, at: Int(partial.byteCount), in: partial.identity))
        do throws(DescriptorError) {
            let file =
                isFirst
                ? try Descriptor.creating(path)
                : try Descriptor.opening(path, flags: O_WRONLY | O_APPEND | O_NOFOLLOW)
            try file.writeAll(writer.bytes)
            try file.synchronize()
            if isFirst { try FileSystem.synchronizeDirectory(directory) }
            self.partial?.byteCount = UInt64(body.count)
        } catch { discard() }
    }

    /// What is kept of the body of a message; nil if nothing is.
    func body(of identity: SHA256Digest) -> [UInt8]? {
        guard partial?.identity == identity, let kept = read(), kept.identity == identity else { return nil }
        return kept.body
    }

    /// Throws away what is kept.
    mutating func discard() {
        try? FileSystem.remove(path)
        partial = nil
    }

    /// The file up to the first piece that is not whole; nil where it is missing or is no spool.
    private func read() -> (identity: SHA256Digest, body: [UInt8], fileByteCount: Int)? {
        let most = 2 * limit + Self.pieceByteCount
        guard let bytes = try? Descriptor.opening(path, flags: O_RDONLY | O_NOFOLLOW).readToEnd(limit: most) else {
            return nil
        }
        var reader = ByteReader(untrusted: bytes)
        guard (try? reader.fixed(Self.magic.count, "spool.magic")) == Self.magic,
            let identity = try? SHA256Digest(bytes: reader.fixed(SHA256Digest.byteCount, "spool.identity"))
        else { return nil }
        var body: [UInt8] = []
        var end = bytes.count - reader.remaining
        while let piece = try? reader.counted("spool.piece"), !piece.isEmpty,
            let check: UInt32 = try? reader.integer("spool.check"),
            check == Self.check(of: piece, at: body.count, in: identity)
        {
            body += piece
            end = bytes.count - reader.remaining
        }
        return body.count <= limit ? (identity, body, end) : nil
    }

    /// A piece belongs to its message and its place; what an earlier file left on the disk does not pass for one.
    private static func check(of piece: [UInt8], at position: Int, in identity: SHA256Digest) -> UInt32 {
        var writer = ByteWriter()
        writer.fixed(identity.bytes)
        writer.integer(UInt64(position))
        writer.fixed(piece)
        return CRC32C.checksum(of: writer.bytes[...])
    }

    private func cut(to byteCount: Int) -> Bool {
        (try? Descriptor.opening(path, flags: O_WRONLY | O_NOFOLLOW).truncate(to: byteCount)) != nil
    }

    private var directory: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    }
}
