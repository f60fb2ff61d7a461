import GRDB

/// What a scheduler keeps in rows: submissions and where they stand, removals, evidence, jobs, events.
///
/// Large bytes, such as packages and generations, stay files beside it. One process at a time writes, by the directory's
/// lock; any number of them read meanwhile, each a state that was once whole.
package struct SchedulerStore: Sendable {
    /// Where the database lies, for messages.
    package let file: String
    private let database: any DatabaseWriter
    /// None of a store in memory.
    private let commits: CommitWatch?

    /// Opens the database for reading and writing, making it or bringing it to the newest schema.
    package init(opening file: String) throws(SchedulerStoreError) {
        self.file = file
        do {
            let pool = try Self.pool(file)
            if try pool.read(Schema.migrator.hasBeenSuperseded) { throw SchedulerStoreError.newer(file: file) }
            try Schema.migrator.migrate(pool)
            database = pool
            commits = CommitWatch(file: file)
        } catch {
            throw SchedulerStoreError(error, in: file)
        }
    }

    /// Opens a database that is there and has the newest schema, and changes nothing; nil if it has another or none.
    package init?(reading file: String, isPresent: Bool) throws(SchedulerStoreError) {
        guard isPresent else { return nil }
        self.file = file
        do {
            // Readers of a write-ahead log note where they read, so that this connection may write too.
            let pool = try Self.pool(file)
            if try pool.read(Schema.migrator.hasBeenSuperseded) { throw SchedulerStoreError.newer(file: file) }
            guard try pool.read(Schema.migrator.hasCompletedMigrations) else { return nil }
            database = pool
            commits = CommitWatch(file: file)
        } catch {
            throw SchedulerStoreError(error, in: file)
        }
    }

    /// A store in memory that holds nothing, for a directory that has none yet.
    package init() throws(SchedulerStoreError) {
        file = "memory"
        commits = nil
        do {
            database = try DatabaseQueue()
            try Schema.migrator.migrate(database)
        } catch {
            throw SchedulerStoreError(error, in: file)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        return configuration
    }

    private static func pool(_ file: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: file, configuration: configuration)
        // What was committed is on the disk before anything is done because of it. GRDB sets less when it opens a pool, so
        // that this comes after it.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return pool
    }

    /// A mark that changes with every commit, of this process or another; nil for a store in memory, whose changes nobody watches.
    package func commitMark() throws(SchedulerStoreError) -> CommitMark? {
        do { return try commits?.look() } catch { throw SchedulerStoreError(error, in: file) }
    }

    /// Reads one state of the database.
    func read<Value>(_ body: (Database) throws -> Value) throws(SchedulerStoreError) -> Value {
        do {
            return try database.read(body)
        } catch {
            throw SchedulerStoreError(error, in: file)
        }
    }

    /// Writes all of it, or nothing if it fails.
    func write<Value>(_ body: (Database) throws -> Value) throws(SchedulerStoreError) -> Value {
        do {
            return try database.write(body)
        } catch {
            throw SchedulerStoreError(error, in: file)
        }
    }
}
