/// What to change in a database: directories that go, entries that come.
struct DatabaseChange {
    private var removed: ArraySlice<EntryName>
    private var added: ArraySlice<SyncEntry>

    /// Takes both in any order; throws when two entries to add have one directory.
    init(removing removed: some Sequence<EntryName>, adding added: some Sequence<SyncEntry>) throws(SyncDatabaseError) {
        self.removed = removed.sorted()[...]
        self.added = try SyncDatabase(added).entries[...]
    }

    private init(removed: ArraySlice<EntryName>, added: ArraySlice<SyncEntry>) {
        self.removed = removed
        self.added = added
    }

    /// Whether nothing is to change.
    var isEmpty: Bool { removed.isEmpty && added.isEmpty }

    /// Takes what comes before a directory off the front, or all if there is none.
    mutating func take(below bound: EntryName?) -> DatabaseChange {
        guard let bound else {
            defer { self = DatabaseChange(removed: [], added: []) }
            return self
        }
        let part = DatabaseChange(
            removed: removed.prefix { $0 < bound }, added: added.prefix { $0.directory < bound })
        removed = removed.dropFirst(part.removed.count)
        added = added.dropFirst(part.added.count)
        return part
    }

    /// The entries after the change; one that is added takes the place of the one with its directory.
    func applied(to entries: [SyncEntry]) -> [SyncEntry] {
        let gone = Set(removed).union(added.map(\.directory))
        return (entries.filter { !gone.contains($0.directory) } + added).sorted { $0.directory < $1.directory }
    }
}
