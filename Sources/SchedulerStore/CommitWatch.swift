import GRDB
import Synchronization

/// Tells whether anything was committed to a database, by whatever process.
final class CommitWatch: Sendable {
    private static let opened = Atomic<Int64>(0)

    private let file: String
    /// Distinguishes what different connections say, which count on their own.
    private let number = CommitWatch.opened.add(1, ordering: .relaxed).newValue
    private let connection = Mutex<DatabaseQueue?>(nil)

    /// Watches a database that others hold open.
    init(file: String) { self.file = file }

    /// What no other moment has in common between which something was committed.
    func look() throws -> CommitMark {
        let queue = try connection.withLock { connection in
            if let connection { return connection }
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            // Commits of its own connection do not count for SQLite, so that this one makes none.
            let queue = try DatabaseQueue(path: file, configuration: configuration)
            connection = queue
            return queue
        }
        let version = try queue.unsafeRead { database in
            try Int64.fetchOne(database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
        }
        return CommitMark(connection: number, version: version)
    }
}

/// A moment in a database's life: equal ones have nothing committed between them.
package struct CommitMark: Hashable, Sendable {
    let connection: Int64
    let version: Int64
}
