/// A whole database in memory, as stock tools write it: entries by the bytes of their directories, each directory once.
///
/// A name may have several versions, of which libalpm takes the first.
public struct SyncDatabase: Equatable, Sendable {
    /// The entries by the bytes of their directories.
    public let entries: [SyncEntry]

    /// Collects entries in any order; throws when two have one directory.
    public init(_ entries: some Sequence<SyncEntry>) throws(SyncDatabaseError) {
        let sorted = entries.sorted { $0.directory < $1.directory }
        for (entry, next) in zip(sorted, sorted.dropFirst()) where entry.directory == next.directory {
            throw .entryTwice(entry.directory)
        }
        self.entries = sorted
    }

    /// Reads a database in any compression that pacman knows; a file without any bytes is an empty one.
    ///
    /// The `depends` files of pacman before 5.0 become part of `desc`. A member that belongs to no entry is an error, as it
    /// is for repo-add; so is an archive that cannot be read to its end.
    public init(reading path: String) throws(SyncDatabaseError) {
        let store = try EntryStore(readingDatabaseAt: path)
        entries = try store.places.indices.map { position throws(SyncDatabaseError) in
            try store.entry(at: position)
        }
    }

    /// The entry of a directory.
    public subscript(directory: EntryName) -> SyncEntry? {
        let position = entries.partitioningIndex { $0.directory >= directory }
        return entries.indices.contains(position) && entries[position].directory == directory ? entries[position] : nil
    }

    /// All versions of a package name, by the bytes of their directories.
    public func entries(named name: String) -> [SyncEntry] {
        entries.filter { $0.directory.name.utf8.elementsEqual(name.utf8) }
    }
}

extension Collection {
    /// The first index whose element fulfils a condition that all elements after it fulfil too.
    func partitioningIndex(where condition: (Element) -> Bool) -> Index {
        var range = startIndex..<endIndex
        while !range.isEmpty {
            let middle = index(range.lowerBound, offsetBy: distance(from: range.lowerBound, to: range.upperBound) / 2)
            range = condition(self[middle]) ? range.lowerBound..<middle : index(after: middle)..<range.upperBound
        }
        return range.lowerBound
    }
}
