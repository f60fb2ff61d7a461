public import ALPMTypes

extension EncodedDatabase {
    /// The database after a change, the same that `RepositoryDatabaseWriter` makes of all its entries then.
    ///
    /// Chunks that the change cannot reach are copied unopened, so this one must be canonical and of this codec. Every
    /// removed directory must be in it; an entry that is replaced is removed and added. Throws `databaseTooLarge` above
    /// `Limits.database`.
    public func updated(
        removing removed: [DirectoryName], adding added: [RepositoryEntry]
    ) throws(RepositoryDatabaseError) -> EncodedDatabase {
        var change = EntryChange(removing: removed, adding: added)
        var assembly = DatabaseAssembly(kind)
        // The entries after the last chunk that was copied, which are cut anew together.
        var opened: [ArchivedEntry] = []
        var isSameUpToHere = true
        let segments = segments
        for (segment, next) in zip(segments, segments.dropFirst().map(\.first?.firstDirectory) + [nil]) {
            let part = change.takeFirst(below: next)
            if part.isEmpty, next == nil || change.removed.first != next {
                try Self.cut(&opened, into: &assembly, kind)
                for position in segment.indices {
                    try assembly.add(chunks[position], state: isSameUpToHere ? states[position] : nil)
                }
            } else {
                isSameUpToHere = false
                var entries: [ArchivedEntry] = []
                for chunk in segment { entries += try chunk.entries() }
                opened += try part.applied(to: entries)
            }
        }
        opened += try change.applied(to: [])
        try Self.cut(&opened, into: &assembly, kind)
        return try assembly.finish()
    }

    /// Runs of chunks of which each but the first begins at a name chosen by its hash: no change within one moves a boundary
    /// of another.
    ///
    /// Inside a run the limit of a chunk begins the chunks, whose boundaries move with what stands before them.
    private var segments: [ArraySlice<DatabaseChunk>] {
        var segments: [ArraySlice<DatabaseChunk>] = []
        for position in chunks.indices.dropLast() {
            if let first = chunks[position].firstDirectory,
                ChunkRule.begins(atDirectory: first, in: kind) || position == 0
            {
                segments.append(chunks[position...position])
            } else if let last = segments.popLast() {
                segments.append(chunks[last.startIndex...position])
            }
        }
        return segments
    }

    private static func cut(
        _ entries: inout [ArchivedEntry], into assembly: inout DatabaseAssembly, _ kind: DatabaseKind
    ) throws(RepositoryDatabaseError) {
        try TarChunk.cut(entries, kind: kind) { chunk throws(RepositoryDatabaseError) in
            try assembly.add(DatabaseChunk(chunk))
        }
        entries = []
    }
}

extension DatabaseChunk {
    /// The entries inside.
    fileprivate func entries() throws(RepositoryDatabaseError) -> [ArchivedEntry] {
        var rest = bytes[...]
        var reader = ArchivedEntryReader(try GzipMember.decode(&rest).tar)
        var entries: [ArchivedEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        return entries
    }
}

/// The directories that go and the entries that come, both in the order of a database.
private struct EntryChange {
    private(set) var removed: ArraySlice<String>
    private var added: ArraySlice<ArchivedEntry>

    init(removing removed: [DirectoryName], adding added: [RepositoryEntry]) {
        self.removed = removed.map(\.text).sorted()[...]
        self.added = added.map(ArchivedEntry.init).sorted { $0.directory < $1.directory }[...]
    }

    private init(_ removed: ArraySlice<String>, _ added: ArraySlice<ArchivedEntry>) {
        self.removed = removed
        self.added = added
    }

    var isEmpty: Bool { removed.isEmpty && added.isEmpty }

    /// Takes away what is about directories below this one; everything if there is none.
    mutating func takeFirst(below end: String?) -> EntryChange {
        guard let end else {
            defer { self = EntryChange([], []) }
            return self
        }
        let part = EntryChange(removed.prefix { $0 < end }, added.prefix { $0.directory < end })
        removed = removed.dropFirst(part.removed.count)
        added = added.dropFirst(part.added.count)
        return part
    }

    /// The entries after the change, in order; throws unless all that are removed are among them.
    func applied(to entries: [ArchivedEntry]) throws(RepositoryDatabaseError) -> [ArchivedEntry] {
        let removed = Set(removed)
        let kept = entries.filter { !removed.contains($0.directory) }
        guard entries.count - kept.count == removed.count else {
            throw .malformed(field: "database", expected: "one that has every entry which is removed")
        }
        return (kept + added).sorted { $0.directory < $1.directory }
    }
}
