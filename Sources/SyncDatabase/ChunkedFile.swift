import Descriptors
import Glibc
import RepositoryDatabase
import Synchronization

/// A database file in canonical form, whose chunks are found without inflating any.
///
/// What is not opened is not looked into: a chunk that was canonical stays so when it is copied.
final class ChunkedFile: Sendable {
    let kind: DatabaseKind
    /// The chunks in order, without the one that ends the archive.
    let chunks: [StoredChunk]
    let descriptor: Descriptor
    private let name: String
    private let opened = Mutex(OpenedChunks())

    /// Takes over a file that begins as a member of the canonical form does; what does not go on so is damaged.
    init(_ descriptor: consuming Descriptor, size: Int, kind: DatabaseKind, name: String) throws(SyncDatabaseError) {
        chunks = try MemberWalk(file: name, size: size).chunks(of: descriptor)
        self.descriptor = descriptor
        self.kind = kind
        self.name = name
        try checkBoundaries()
    }

    /// Whether a file begins with a member of the canonical form.
    static func begins(_ descriptor: borrowing Descriptor, size: Int) throws(SyncDatabaseError) -> Bool {
        let start = try descriptor.bytes(in: 0..<min(size, GzipMember.Header.maximumLength))
        return (try? GzipMember.Header(parsing: start[...])) != nil
    }

    /// The chunk as `open` gives it, kept for the next time if it is among the first: an update needs what a lookup found.
    func openAndKeep(_ chunk: StoredChunk) throws(SyncDatabaseError) -> OpenChunk {
        if let known = opened.withLock({ $0.chunks[chunk.position] }) { return known }
        let open = try open(chunk)
        opened.withLock { $0.keep(open, at: chunk.position) }
        return open
    }

    /// A few chunks that were opened.
    private struct OpenedChunks {
        /// The tar bytes beyond which no more are kept.
        private static let limit = 32 << 20

        private(set) var chunks: [Int: OpenChunk] = [:]
        private var length = 0

        mutating func keep(_ chunk: OpenChunk, at position: Int) {
            guard chunks[position] == nil, length + chunk.tar.count <= Self.limit else { return }
            chunks[position] = chunk
            length += chunk.tar.count
        }
    }

    /// A chunk that was read: its bytes and the entries that they hold, which make just these bytes again.
    struct OpenChunk: Sendable {
        var member: [UInt8]
        var tar: [UInt8]
        var entries: [SyncEntry]
    }

    /// Inflates a chunk and takes it apart.
    func open(_ chunk: StoredChunk) throws(SyncDatabaseError) -> OpenChunk {
        let member = try descriptor.bytes(in: chunk.place)
        let tar: [UInt8]
        var untrustedEntries: [ArchivedEntry] = []
        do throws(RepositoryDatabaseError) {
            var rest = member[...]
            tar = try GzipMember.decode(&rest).tar
            var reader = ArchivedEntryReader(tar)
            while let entry = try reader.next() { untrustedEntries.append(entry) }
        } catch {
            throw damaged("the chunk of \(chunk.first): \(error)")
        }
        var rest = tar[...]
        for entry in untrustedEntries {
            let again = entry.tar(in: kind)
            guard rest.begins(with: again) else { break }
            rest = rest.dropFirst(again.count)
        }
        guard rest.isEmpty else {
            throw damaged("the chunk of \(chunk.first) is not the canonical archive of its entries")
        }
        let entries = try untrustedEntries.map { untrusted throws(SyncDatabaseError) in try SyncEntry(untrusted) }
        try checkNames(of: entries, in: chunk)
        return OpenChunk(member: member, tar: tar, entries: entries)
    }

    /// Whether this codec makes the file's chunks again, judged by one of some size: a copy of another codec's would not do.
    func isOfThisCodec() throws(SyncDatabaseError) -> Bool {
        let sample = chunks.filter { $0.tarLength >= 1 << 16 }.min { $0.tarLength < $1.tarLength }
        guard let chunk = sample ?? chunks.max(by: { $0.tarLength < $1.tarLength }) else { return true }
        let opened = try open(chunk)
        do { return try GzipMember.encode(opened.tar, first: chunk.first.text) == opened.member } catch {
            throw .container(error)
        }
    }

    /// The chunks that may hold a directory between two texts, the second excluded.
    func chunks(from lower: String, below upper: String) -> ArraySlice<StoredChunk> {
        let start = chunks.partitioningIndex { !$0.first.text.utf8.lexicographicallyPrecedes(lower.utf8) }
        let end = chunks.partitioningIndex { !$0.first.text.utf8.lexicographicallyPrecedes(upper.utf8) }
        // The chunk before the first that begins at or after the lower text may reach into the range.
        return chunks[max(start - 1, 0)..<end]
    }

    /// Refuses names that lie outside of the chunk's range, are out of order, or would begin a chunk of their own.
    private func checkNames(of entries: [SyncEntry], in chunk: StoredChunk) throws(SyncDatabaseError) {
        let next = chunks.indices.contains(chunk.position + 1) ? chunks[chunk.position + 1].first : nil
        let directories = entries.map(\.directory)
        guard directories.first == chunk.first, zip(directories, directories.dropFirst()).allSatisfy(<),
            next.map({ next in directories.allSatisfy { $0 < next } }) ?? true,
            !directories.dropFirst().contains(where: { ChunkRule.begins(atDirectory: $0.text, in: kind) })
        else { throw damaged("the chunk of \(chunk.first) does not hold the names that belong in it") }
    }

    /// Refuses chunks that no hash begins unless the chunk before was full, and those longer than the limit.
    private func checkBoundaries() throws(SyncDatabaseError) {
        for (previous, chunk) in zip(chunks, chunks.dropFirst())
        where !ChunkRule.begins(atDirectory: chunk.first.text, in: kind) {
            let added = try open(chunk).entries.first?.archived.tar(in: kind).count ?? 0
            guard ChunkRule.overflows(previous.tarLength, adding: added) else {
                throw damaged("a chunk begins at \(chunk.first), where none should")
            }
        }
        for chunk in chunks where ChunkRule.overflows(chunk.tarLength, adding: 0) {
            guard try open(chunk).entries.count == 1 else { throw damaged("the chunk of \(chunk.first) is too long") }
        }
    }

    private func damaged(_ reason: String) -> SyncDatabaseError { .damaged(file: name, reason: reason) }
}

extension ArraySlice<UInt8> {
    /// Whether the first bytes are these; as fast as memory, where `starts(with:)` compares one by one.
    fileprivate func begins(with bytes: [UInt8]) -> Bool {
        guard count >= bytes.count else { return false }
        return unsafe withUnsafeBytes { own in
            unsafe bytes.withUnsafeBytes { other in
                guard let own = own.baseAddress, let other = other.baseAddress else { return bytes.isEmpty }
                return unsafe memcmp(own, other, bytes.count) == 0
            }
        }
    }
}
