import Cryptography
import RepositoryDatabase

/// What changed from one database to the next, package by package.
public struct DatabaseDifference: Equatable, Sendable {
    /// One package that is not what it was.
    public enum Change: Equatable, Sendable {
        /// The new database alone has the entry.
        case added(SyncEntry)
        /// The old database alone had the entry.
        case removed(SyncEntry)
        /// Both have the name, and not the same entry.
        case changed(EntryDifference)

        /// The package's name.
        public var name: String {
            switch self {
            case .added(let entry), .removed(let entry): entry.directory.name
            case .changed(let difference): difference.new.directory.name
            }
        }
    }

    /// The changes in the order of names.
    public let changes: [Change]

    /// Compares two databases entry by entry, holding only those that differ; lists are compared if both databases have them.
    public init(from old: DatabaseFile, to new: DatabaseFile) throws(SyncDatabaseError) {
        let comparesLists = old.kind == .files && new.kind == .files
        var before: [EntryName: SHA256Digest] = [:]
        try old.forEachEntry { entry throws(SyncDatabaseError) in
            before[entry.directory] = Self.digest(of: entry, withList: comparesLists)
        }
        var came: [[UInt8]: [SyncEntry]] = [:]
        try new.forEachEntry { entry throws(SyncDatabaseError) in
            if before[entry.directory] == Self.digest(of: entry, withList: comparesLists) {
                before[entry.directory] = nil
            } else {
                came[Array(entry.directory.name.utf8), default: []].append(entry)
            }
        }
        var went: [[UInt8]: [SyncEntry]] = [:]
        if !before.isEmpty {
            try old.forEachEntry { entry throws(SyncDatabaseError) in
                if before[entry.directory] != nil { went[Array(entry.directory.name.utf8), default: []].append(entry) }
            }
        }
        let names = Set(came.keys).union(went.keys).sorted { $0.lexicographicallyPrecedes($1) }
        changes = names.flatMap { Self.changes(from: went[$0] ?? [], to: came[$0] ?? []) }
    }

    /// The changes of one name: entries of one directory belong together, then the others as they come.
    private static func changes(from old: [SyncEntry], to new: [SyncEntry]) -> [Change] {
        var (went, came) = (old, new)
        var changes: [Change] = []
        for entry in new {
            guard let position = went.firstIndex(where: { $0.directory == entry.directory }) else { continue }
            changes.append(.changed(EntryDifference(old: went.remove(at: position), new: entry)))
            came.removeAll { $0.directory == entry.directory }
        }
        while let first = went.first, let next = came.first {
            changes.append(.changed(EntryDifference(old: first, new: next)))
            went.removeFirst()
            came.removeFirst()
        }
        return changes + went.map(Change.removed) + came.map(Change.added)
    }

    private static func digest(of entry: SyncEntry, withList: Bool) -> SHA256Digest {
        guard withList else { return SHA256.digest(of: entry.desc) }
        let list = entry.files.map { SHA256.digest(of: $0).bytes } ?? []
        return SHA256.digest(of: SHA256.digest(of: entry.desc).bytes + list)
    }
}
