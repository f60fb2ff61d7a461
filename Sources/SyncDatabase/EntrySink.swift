/// Something that makes a file of entries that come in the order of their directories.
protocol EntrySink: ~Copyable {
    /// Takes the next entry.
    mutating func add(_ entry: SyncEntry) throws(SyncDatabaseError)

    /// Takes a chunk as it is; false if the sink has no use for it and wants its entries instead.
    mutating func add(_ chunk: StoredChunk) throws(SyncDatabaseError) -> Bool

    /// Writes what has come together.
    mutating func drain() async throws(SyncDatabaseError)

    /// Writes what is left, and the end of the archive.
    mutating func finish() async throws(SyncDatabaseError)
}
