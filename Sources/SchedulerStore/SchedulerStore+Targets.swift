package import ALPMTypes
package import Cryptography
import GRDB
import SchedulerCore

/// Which targets a page shows; nil leaves that open.
package struct TargetFilter: Hashable, Sendable {
    /// The name of the state.
    package var state: String?
    /// The repository.
    package var repository: RepositoryName?
    /// The package's name.
    package var name: PackageName?

    /// Takes what is to be shown.
    package init(state: String? = nil, repository: RepositoryName? = nil, name: PackageName? = nil) {
        self.state = state
        self.repository = repository
        self.name = name
    }
}

extension SchedulerStore {
    /// The next targets after one, at most so many, in the order in which they came to be.
    ///
    /// Whoever begins after 0 and goes on after the last of each page meets every target once, whatever changes meanwhile.
    package func page(
        after id: Int64 = 0, limit: Int, _ filter: TargetFilter = TargetFilter()
    ) throws(SchedulerStoreError) -> [Target] {
        let query = Self.pageQuery(after: id, limit: limit, filter)
        return try targets(query.rest, query.arguments)
    }

    /// What selects a page: the rest of a query after its table, and the values in it.
    static func pageQuery(
        after id: Int64, limit: Int, _ filter: TargetFilter
    ) -> (rest: String, arguments: StatementArguments) {
        let conditions: [(column: String, value: String?)] = [
            ("state", filter.state), ("repository", filter.repository?.text), ("name", filter.name?.text),
        ]
        let given = conditions.compactMap { condition in condition.value.map { (condition.column, $0) } }
        let words = (["id > ?"] + given.map { "\($0.0) = ?" }).joined(separator: " AND ")
        return (
            "WHERE \(words) ORDER BY id LIMIT ?",
            StatementArguments([id]) + StatementArguments(given.map(\.1)) + [max(0, limit)]
        )
    }

    /// The targets of one package, in the order in which they came to be.
    package func targets(of sha256: SHA256Digest) throws(SchedulerStoreError) -> [Target] {
        try targets("WHERE sha256 = ? ORDER BY id", [sha256.hex])
    }

    /// The targets of a name, or of the packages whose SHA-256 begins so, in the order in which they came to be.
    package func targets(called word: String) throws(SchedulerStoreError) -> [Target] {
        try targets("WHERE name = ? OR (sha256 >= ? AND sha256 < ? || 'g') ORDER BY id", [word, word, word])
    }

    /// Every target, perhaps only those that are not settled or were changed after a revision.
    package func targets(unsettledOrChangedAfter revision: Int64? = nil) throws(SchedulerStoreError) -> [Target] {
        guard let revision else { return try targets("ORDER BY id", []) }
        return try targets("WHERE state IN (\(Self.unsettled)) OR changed > ? ORDER BY id", [revision])
    }

    /// How many targets are in each state that any is in.
    package func counts() throws(SchedulerStoreError) -> [String: Int] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS n FROM target GROUP BY state")
            return Dictionary(
                uniqueKeysWithValues: try rows.map {
                    (try $0.decode(String.self, forColumn: "state"), try $0.decode(Int.self, forColumn: "n"))
                })
        }
    }

    /// Since when the first of the targets waits of which nothing was missing, in Unix seconds, quarantined ones among them; nil
    /// if none does.
    package func oldestReady() throws(SchedulerStoreError) -> UInt64? {
        try read { try Int64.fetchOne($0, sql: "SELECT min(ready_since) FROM target WHERE ready_since IS NOT NULL") }
            .map(UInt64.init(clamping:))
    }

    /// The jobs that targets wait for although nothing is left to do for them, or they are not known.
    package func forgottenJobs() throws(SchedulerStoreError) -> [SHA256Digest] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT job FROM target WHERE job IS NOT NULL AND state = 'asked'
                        AND job NOT IN (SELECT hash FROM job WHERE state IN ('made', 'answered'))
                    """
            ).map { try $0.parsed("job") }
        }
    }

    /// The targets that wait for the answer to a job.
    package func targets(waitingFor job: SHA256Digest) throws(SchedulerStoreError) -> [Target] {
        try targets("WHERE job = ? AND state = 'asked' ORDER BY id", [job.hex])
    }

    /// The targets of a repository that are in signed databases which are not published yet.
    package func targets(signedIn repository: RepositoryName) throws(SchedulerStoreError) -> [Target] {
        try targets("WHERE repository = ? AND state = 'signed' ORDER BY id", [repository.text])
    }

    /// Keeps the new states of targets, all of them or none.
    package func update(_ targets: [Target]) throws(SchedulerStoreError) {
        let assignments = StateRecord.columns.map { "\($0) = ?" }.joined(separator: ", ")
        try write { database in
            for target in targets {
                try database.execute(
                    sql: "UPDATE target SET \(assignments), changed = (SELECT value + 1 FROM revision) WHERE id = ?",
                    arguments: StatementArguments(target.record.arguments) + [target.id])
            }
        }
    }

    /// Rises with every change of a submission, a target or evidence.
    package func revision() throws(SchedulerStoreError) -> Int64 {
        try read { try $0.revision() }
    }

    private static let unsettled = "'waiting', 'ready', 'asked', 'signed', 'quarantined'"

    func targets(_ rest: String, _ arguments: StatementArguments) throws(SchedulerStoreError) -> [Target] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM target \(rest)", arguments: arguments).map(Target.init) }
    }
}

extension Database {
    func revision() throws -> Int64 { try Int64.fetchOne(self, sql: "SELECT value FROM revision") ?? 0 }
}
