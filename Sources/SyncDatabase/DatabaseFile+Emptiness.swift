extension DatabaseFile {
    /// Whether there are entries other than those of these directories.
    public func hasEntries(besides gone: Set<EntryName>) throws(SyncDatabaseError) -> Bool {
        switch content {
        case .none: return false
        case .read(let store): return store.places.contains { !gone.contains($0.directory) }
        case .chunked(let file):
            for chunk in file.chunks
            where try file.open(chunk).entries.contains(where: { !gone.contains($0.directory) }) {
                return true
            }
            return false
        }
    }
}
