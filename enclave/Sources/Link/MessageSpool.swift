import ByteCoding
import Cryptography
import Descriptors
import Glibc

/// What has come of one large message, in a file: after an interruption, a restart or a power cut only the rest must come.
///
/// The file is trusted with nothing: a body of which a part was kept is checked like any other. A file that is damaged
/// costs only that more has to come again.
public struct MessageSpool: Sendable {
    /// How many bytes come before they are written.
    static let pieceByteCount = 1 << 16
    /// The most bytes of one piece.
    static let largestPiece = 1 << 17
    static let magic = Array("RSSPOOL1".utf8)

    /// Which message is kept, and how much of its body is in the file; nil for none.
    private(set) var partial: PartialMessage?
    private let path: String
    private let limit: UInt64
    /// What has come and is not in the file yet.
    private var unwritten: [UInt8] = []

    /// Reads the file, which may not exist, and cuts off what is damaged; a body above the limit is thrown away.
    public init(path: String, limit: UInt64) {
        self.path = path
        self.limit = limit
        partial = whatIsKept()
        if partial == nil { discard() }
    }

    private func whatIsKept() -> PartialMessage? {
        guard let kept = SpooledBytes(path: path) else { return nil }
        while !kept.next().isEmpty {}
        let byteCount = UInt64(kept.position)
        guard (1...max(1, limit)).contains(byteCount), cut(to: kept.filePosition) else { return nil }
        return PartialMessage(identity: kept.identity, byteCount: byteCount)
    }

    /// Begins to keep another message; the file appears with its first piece.
    mutating func begin(_ identity: SHA256Digest) {
        discard()
        partial = PartialMessage(identity: identity, byteCount: 0)
    }

    /// Goes on with a message after so many bytes of its body; false where less is kept of it.
    mutating func goOn(_ identity: SHA256Digest, after byteCount: UInt64) -> Bool {
        guard let partial, partial.identity == identity, byteCount <= partial.byteCount,
            let kept = SpooledBytes(path: path), kept.identity == identity
        else { return false }
        while UInt64(kept.position) < byteCount {
            let (start, fileStart) = (kept.position, kept.filePosition)
            let piece = kept.next()
            guard !piece.isEmpty else { return false }
            guard UInt64(kept.position) > byteCount else { continue }
            // The other side sends a part of this piece again.
            if start == 0 {
                begin(identity)
            } else if !cut(to: fileStart) {
                return false
            }
            unwritten = Array(piece.prefix(Int(byteCount) - start))
            self.partial?.byteCount = UInt64(start)
            return true
        }
        self.partial?.byteCount = byteCount
        return cut(to: kept.filePosition)
    }

    /// Takes what came next of the body, and writes it once it is a piece.
    mutating func append(_ bytes: [UInt8]) throws(DescriptorError) {
        unwritten += bytes
        if unwritten.count >= Self.pieceByteCount { try write() }
    }

    /// Writes what has come; after a power cut, too, it is there if it is synchronized.
    mutating func write(synchronizing: Bool = false) throws(DescriptorError) {
        guard let partial, !unwritten.isEmpty || partial.byteCount > 0 else { return }
        let isFirst = partial.byteCount == 0
        var writer = ByteWriter()
        if isFirst { writer.fixed(Self.magic + partial.identity.bytes) }
        for start in stride(from: 0, to: unwritten.count, by: Self.largestPiece) {
            let piece = Array(unwritten[start...].prefix(Self.largestPiece))
            writer.counted(piece)
            writer.integer(Self.check(of: piece, at: Int(partial.byteCount) + start, in: partial.identity))
        }
        let file =
            isFirst
            ? try Descriptor.creating(path)
            : try Descriptor.opening(path, flags: O_WRONLY | O_APPEND | O_NOFOLLOW)
        try file.writeAll(writer.bytes)
        self.partial?.byteCount += UInt64(unwritten.count)
        unwritten.removeAll(keepingCapacity: true)
        guard synchronizing else { return }
        try file.synchronize()
        try FileSystem.synchronizeDirectory(directory)
    }

    /// What is in the file of the body of a message; nil if nothing is.
    func body(of identity: SHA256Digest) -> SpooledBytes? {
        guard partial?.identity == identity, let kept = SpooledBytes(path: path), kept.identity == identity else {
            return nil
        }
        return kept
    }

    /// Throws away what is kept.
    mutating func discard() {
        try? FileSystem.remove(path)
        partial = nil
        unwritten = []
    }

    /// A piece belongs to its message and its place; what an earlier file left on the disk does not pass for one.
    static func check(of piece: [UInt8], at position: Int, in identity: SHA256Digest) -> UInt32 {
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
