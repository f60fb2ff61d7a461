import RepositoryDatabase
import RepositoryDirectory
import SyncDatabase

/// Both databases of a repository as they are when an update begins; one that is not there is empty.
struct PresentDatabases {
    /// The database and the files database.
    let databases: [DatabaseFile]
    /// Whether both are there.
    let isWhole: Bool

    init(
        opening names: DatabaseFileNames, tell: (UpdateEvent) -> Void
    ) throws(RepositoryUpdateError) {
        databases = try DatabaseKind.allCases.map { kind throws(RepositoryUpdateError) in
            guard names.exists(kind) else { return DatabaseFile(emptyOf: kind) }
            tell(.reads(file: names.name(of: kind)))
            return try Self.naming(names.path(of: kind)) { () throws(SyncDatabaseError) in
                try DatabaseFile(opening: names.path(of: kind), as: kind)
            }
        }
        isWhole = DatabaseKind.allCases.allSatisfy { names.exists($0) }
    }

    /// The database's entries of these names, which is what decisions are made on.
    func entries(named names: Set<String>) throws(RepositoryUpdateError) -> [SyncEntry] {
        try Self.naming("the database") { () throws(SyncDatabaseError) in try databases[0].entries(named: names) }
    }

    /// What a plan changes in each database.
    func changes(by plan: UpdatePlan) throws(RepositoryUpdateError) -> [EntryChange] {
        try databases.map { database throws(RepositoryUpdateError) in
            try Self.naming("the database") { () throws(SyncDatabaseError) in
                plan.change(of: try database.entries(named: plan.touchedNames), in: database.kind)
            }
        }
    }

    private static func naming<Value>(
        _ file: String, _ work: () throws(SyncDatabaseError) -> Value
    ) throws(RepositoryUpdateError) -> Value {
        do { return try work() } catch { throw .database(file: file, error) }
    }
}
