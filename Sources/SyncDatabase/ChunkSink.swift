import Descriptors
import RepositoryDatabase

/// Writes the canonical form: cuts entries into chunks, and copies chunks of an older file wherever they stay as they are.
///
/// The chunk that is being filled stays open until something begins the next one, because what follows a copied chunk may
/// belong into it: when the entry that began the next chunk goes, the rest of that chunk joins this one.
struct ChunkSink: EntrySink, ~Copyable {
    private let kind: DatabaseKind
    private let source: ChunkedFile?
    private var writer: ChunkWriter
    private var length = ArchiveLength()
    private var current = Current.nothing
    /// The tar bytes of the current chunk, unless it is stored or nothing.
    private var tar: [UInt8] = []

    private enum Current {
        case nothing
        case stored(StoredChunk)
        case filling(first: String)
    }

    /// Writes to `output`; chunks that come as they are lie in `source`.
    init(_ output: consuming Descriptor, kind: DatabaseKind, copyingFrom source: ChunkedFile?) {
        self.kind = kind
        self.source = source
        writer = ChunkWriter(output, copyingFrom: source)
    }

    private var currentLength: Int {
        switch current {
        case .nothing: 0
        case .stored(let chunk): chunk.tarLength
        case .filling: tar.count
        }
    }

    mutating func add(_ entry: SyncEntry) throws(SyncDatabaseError) {
        let added = entry.archived.tar(in: kind)
        try length.add(entry, tarLength: added.count)
        let directory = entry.directory.text
        if currentLength == 0 || ChunkRule.begins(atDirectory: directory, in: kind)
            || ChunkRule.overflows(currentLength, adding: added.count)
        {
            close()
            current = .filling(first: directory)
            tar.reserveCapacity(1 << 20)
        } else if case .stored(let chunk) = current, let source {
            tar = try source.openAndKeep(chunk).tar
            current = .filling(first: chunk.first.text)
        }
        tar += added
    }

    var copiesChunks: Bool { source != nil }

    mutating func add(_ chunk: StoredChunk) throws(SyncDatabaseError) {
        guard let source else { preconditionFailure("chunks come from the source alone") }
        guard try beginsHere(chunk, in: source) else {
            for entry in try source.openAndKeep(chunk).entries { try add(entry) }
            return
        }
        close()
        try length.add(chunk.tarLength)
        current = .stored(chunk)
    }

    /// Whether a chunk of the older file also begins here, where something else may stand before it.
    private func beginsHere(_ chunk: StoredChunk, in source: ChunkedFile) throws(SyncDatabaseError) -> Bool {
        if currentLength == 0 || ChunkRule.begins(atDirectory: chunk.first.text, in: kind) { return true }
        // Only the limit began this chunk.
        if case .stored(let previous) = current, previous.position == chunk.position - 1 { return true }
        let added = try source.openAndKeep(chunk).entries.first?.archived.tar(in: kind).count ?? 0
        return ChunkRule.overflows(currentLength, adding: added)
    }

    private mutating func close() {
        switch current {
        case .nothing: return
        case .stored(let chunk): writer.add(.stored(chunk.place))
        case .filling(let first): writer.add(.tar(tar, first: first))
        }
        tar = []
        current = .nothing
    }

    mutating func drain() async throws(SyncDatabaseError) { try await writer.drain() }

    mutating func finish() async throws(SyncDatabaseError) {
        close()
        writer.add(.tar([UInt8](repeating: 0, count: length.end), first: nil))
        try await writer.finish()
    }
}
