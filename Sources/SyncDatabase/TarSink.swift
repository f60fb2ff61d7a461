import Descriptors
import PackageArchive
import RepositoryDatabase

/// Writes the canonical archive without any compression.
struct TarSink: EntrySink, ~Copyable {
    private let output: Descriptor
    private let kind: DatabaseKind
    private var buffer: [UInt8] = []
    private var length = ArchiveLength()

    init(_ output: consuming Descriptor, kind: DatabaseKind) {
        self.output = output
        self.kind = kind
    }

    mutating func add(_ entry: SyncEntry) throws(SyncDatabaseError) {
        let tar = entry.archived.tar(in: kind)
        try length.add(entry, tarLength: tar.count)
        buffer += tar
    }

    var copiesChunks: Bool { false }

    mutating func add(_ chunk: StoredChunk) { preconditionFailure("an archive without chunks copies none") }

    mutating func drain() throws(SyncDatabaseError) {
        do { try output.writeAll(buffer) } catch { throw .system(error) }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func finish() throws(SyncDatabaseError) {
        buffer += [UInt8](repeating: 0, count: length.end)
        try drain()
    }

    /// Gives the file away.
    consuming func takeOutput() -> Descriptor { output }
}

/// The tar bytes of an archive so far, held to the limits of the container.
struct ArchiveLength {
    private var length = 0

    /// The zero bytes that end the archive.
    var end: Int { ChunkRule.endLength(afterArchive: length) }

    /// Counts an entry, which must fit a chunk of its own, and of which no text may be longer than readers take.
    mutating func add(_ entry: SyncEntry, tarLength: Int) throws(SyncDatabaseError) {
        for (what, length, limit) in [
            ("desc", entry.desc.count, PackageArchive.maximumDescriptionSize),
            ("files", entry.files?.count ?? 0, Limits.fileList),
            ("the tar archive", tarLength, Limits.chunkWithOneEntry),
        ] where length > limit {
            throw .malformed(field: "\(what) of \(entry.directory)", expected: "at most \(limit) bytes long")
        }
        try add(tarLength)
    }

    /// Counts a whole chunk.
    mutating func add(_ count: Int) throws(SyncDatabaseError) {
        length += count
        guard length <= Limits.archive else { throw .container(.databaseTooLarge(limit: Limits.archive)) }
    }
}
