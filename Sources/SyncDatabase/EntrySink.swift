/// Something that makes a file of entries that come in the order of their directories.
protocol EntrySink: ~Copyable {
    /// Takes the next entry.
    mutating func add(_ entry: SyncEntry) throws(SyncDatabaseError)

    /// Whether chunks of the older file are taken as they are.
    var copiesChunks: Bool { get }

    /// Takes the next chunk as it is.
    mutating func add(_ chunk: StoredChunk) throws(SyncDatabaseError)

    /// Writes what has come together.
    mutating func drain() async throws(SyncDatabaseError)

    /// Writes what is left, and the end of the archive.
    mutating func finish() async throws(SyncDatabaseError)
}
