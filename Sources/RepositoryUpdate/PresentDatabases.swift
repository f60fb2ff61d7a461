import RepositoryDatabase
import RepositoryDirectory
import SyncDatabase

/// Both databases of a repository as they are when an update begins; one that is not there is empty.
struct PresentDatabases {
    /// The database and the files database.
    let databases: [DatabaseFile]
    /// Whether both are there.
    let isWhole: Bool

    private let names: DatabaseFileNames

    init(
        opening names: DatabaseFileNames, tell: (UpdateEvent) -> Void
    ) throws(RepositoryUpdateError) {
        databases = try DatabaseKind.allCases.map { kind throws(RepositoryUpdateError) in
            guard try names.hasDatabase(kind) else { return DatabaseFile(emptyOf: kind) }
            tell(.reads(file: names.name(of: kind)))
            return try Self.naming(names.path(of: kind)) { () throws(SyncDatabaseError) in
                try DatabaseFile(opening: names.path(of: kind), as: kind)
            }
        }
        self.names = names
        let (hasDatabase, hasFiles) = (try names.hasDatabase(.db), try names.hasDatabase(.files))
        isWhole = hasDatabase && hasFiles
        try tellOfEmpty(tell)
    }

    /// Tells of a database that lost what its companion still has.
    private func tellOfEmpty(_ tell: (UpdateEvent) -> Void) throws(RepositoryUpdateError) {
        let hasEntries = try databases.map { database throws(RepositoryUpdateError) in
            try Self.naming(names.path(of: database.kind)) { () throws(SyncDatabaseError) in
                try database.hasEntries(besides: [])
            }
        }
        guard let empty = hasEntries.firstIndex(of: false), let full = hasEntries.firstIndex(of: true) else { return }
        tell(.findsEmpty(file: names.name(of: databases[empty].kind), beside: names.name(of: databases[full].kind)))
    }

    /// The entries of these names in each database; decisions are made on those of the first.
    func entries(named packageNames: Set<String>) async throws(RepositoryUpdateError) -> [[SyncEntry]] {
        try await concurrently(databases) { [names] database throws(RepositoryUpdateError) in
            do throws(SyncDatabaseError) {
                return try await database.entries(named: packageNames)
            } catch {
                throw .database(file: names.path(of: database.kind), error)
            }
        }
    }

    /// What a plan changes in each database, of whose entries it has `found` those of all names in question.
    func changes(by plan: UpdatePlan, from found: [[SyncEntry]]) -> [EntryChange] {
        zip(databases, found).map { plan.change(of: $1, in: $0.kind) }
    }

    private static func naming<Value>(
        _ file: String, _ work: () throws(SyncDatabaseError) -> Value
    ) throws(RepositoryUpdateError) -> Value {
        do { return try work() } catch { throw .database(file: file, error) }
    }
}
