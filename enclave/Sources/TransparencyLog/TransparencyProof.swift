public import Cryptography

/// A leaf's inclusion in a signed checkpoint, for offline use (C2SP tlog-proof).
public struct TransparencyProof: Hashable, Sendable {
    private static let header = "c2sp.org/tlog-proof@v1"

    /// Which leaf.
    public let index: UInt64
    /// The hashes from the leaf up.
    public let hashes: [SHA256Digest]
    /// The checkpoint and its signatures.
    public let note: SignedNote

    /// Puts the parts together.
    public init(index: UInt64, hashes: [SHA256Digest], note: SignedNote) {
        self.index = index
        self.hashes = hashes
        self.note = note
    }

    /// The proof as a file.
    public var bytes: [UInt8] {
        let lines = [Self.header, "index \(index)"] + hashes.map { Base64.encode($0.bytes) } + ["", ""]
        return Array(lines.joined(separator: "\n").utf8) + note.bytes
    }

    /// Parses a proof; an `extra` line, which nothing authenticates, is passed over.
    public init(parsing untrustedBytes: [UInt8]) throws(TransparencyLogError) {
        let lineBreak = UInt8(ascii: "\n")
        guard
            let end = untrustedBytes.indices.dropLast().first(where: {
                untrustedBytes[$0] == lineBreak && untrustedBytes[$0 + 1] == lineBreak
            })
        else { throw .malformed(field: "proof", expected: "lines, an empty line and a checkpoint") }
        var lines = untrustedBytes[..<end].split(separator: lineBreak).map { String(decoding: $0, as: UTF8.self) }[...]
        guard lines.popFirst() == Self.header else {
            throw .malformed(field: "proof's first line", expected: Self.header)
        }
        if lines.first?.hasPrefix("extra ") == true { lines.removeFirst() }
        let word = "index "
        guard let line = lines.popFirst(), line.hasPrefix(word), let index = UInt64(line.dropFirst(word.count)),
            line == "\(word)\(index)"
        else { throw .malformed(field: "proof's index", expected: "a decimal number without leading zeros") }
        guard lines.count <= 64 else { throw .malformed(field: "proof", expected: "at most 64 hashes") }
        var hashes: [SHA256Digest] = []
        for line in lines {
            guard let bytes = try? Base64.decode(line), let hash = try? SHA256Digest(bytes: bytes) else {
                throw .malformed(field: "proof's hash", expected: "base64 of 32 bytes")
            }
            hashes.append(hash)
        }
        self.init(index: index, hashes: hashes, note: try SignedNote(parsing: Array(untrustedBytes[(end + 2)...])))
    }

    /// The checkpoint, if a log's key signed it under the log's name and the proof leads from this entry to its root.
    public func checkpoint(proving entry: [UInt8], log: NoteKey) -> Checkpoint? {
        guard note.isSigned(by: log), let checkpoint = try? Checkpoint(parsing: note.text),
            checkpoint.origin.utf8.elementsEqual(log.name.utf8),
            MerkleTree.isIncluded(
                leafHash: MerkleTree.leafHash(entry), at: index, in: checkpoint.size, root: checkpoint.root,
                proof: hashes)
        else { return nil }
        return checkpoint
    }
}
