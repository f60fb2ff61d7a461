import ALPMTypes
package import Cryptography
import GRDB
import SchedulerCore

extension SchedulerStore {
    /// Keeps a submission; false if its package is known already, and then nothing is changed.
    package func keep(_ submission: SubmissionRecord) throws(SchedulerStoreError) -> Bool {
        try write { try $0.insert(submission) }
    }

    /// Whether a package was submitted.
    package func hasSubmission(_ sha256: SHA256Digest) throws(SchedulerStoreError) -> Bool {
        try read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM submission WHERE sha256 = ?)", arguments: [sha256.hex])
                ?? false
        }
    }

    /// One submission; nil if there is none of this package.
    package func submission(_ sha256: SHA256Digest) throws(SchedulerStoreError) -> SubmissionRecord? {
        try read { try $0.submissions(where: "sha256 = ?", [sha256.hex]).first }
    }

    /// Every submission, by the digests of the packages.
    package func submissions() throws(SchedulerStoreError) -> [SubmissionRecord] {
        try read { try $0.submissions(where: "TRUE") }
    }

    /// Keeps the new states of submissions and removals, all of them or none.
    package func update(
        _ submissions: [SubmissionRecord], _ removals: [RemovalRequest] = []
    ) throws(SchedulerStoreError) {
        try write { database in
            for submission in submissions { try database.put(submission) }
            for removal in removals { try database.put(removal) }
        }
    }

    /// Keeps what changed of submissions and removals since they were read, all of it or none.
    ///
    /// A state that is not any more what was read stays as it is: nothing is written then, and `changed` is thrown.
    package func replace(
        _ submissions: [(read: SubmissionRecord, now: SubmissionRecord)],
        _ removals: [(read: RemovalRequest, now: RemovalRequest)] = []
    ) throws(SchedulerStoreError) {
        try write { database in
            for (read, now) in submissions {
                var changes = now
                changes.targets = now.targets.filter { read.targets[$0.key] != $0.value }
                for repository in changes.targets.keys
                where try database.state(of: read.sha256, in: repository) != read.targets[repository] {
                    throw SchedulerStoreError.changed(file: file, what: "\(read.fileName) for \(repository)")
                }
                if !changes.targets.isEmpty { try database.put(changes) }
            }
            for (read, now) in removals where read != now {
                guard try database.removals(where: "removal = ?", [read.id.hex]) == [read] else {
                    throw SchedulerStoreError.changed(file: file, what: "the removal of \(read.name)-\(read.version)")
                }
                try database.put(now)
            }
        }
    }

    /// Every removal asked for, perhaps only one, by what names them.
    package func removals(_ id: SHA256Digest? = nil) throws(SchedulerStoreError) -> [RemovalRequest] {
        try read { try $0.removals(where: id == nil ? "TRUE" : "removal = ?", id.map { [$0.hex] } ?? []) }
    }
}

extension Database {
    /// The submissions that a condition selects, with all their targets, by the digests of the packages.
    func submissions(
        where condition: String, _ arguments: StatementArguments = []
    ) throws -> [SubmissionRecord] {
        var targets: [String: [String: StateRecord]] = [:]
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT package, repository, \(StateRecord.columns.joined(separator: ", ")) FROM target
                WHERE repository IS NOT NULL AND package IN (SELECT sha256 FROM submission WHERE \(condition))
                """, arguments: arguments)
        while let row = try rows.next() {
            let package: String = try row.decode(forColumn: "package")
            targets[package, default: [:]][try row.decode(forColumn: "repository")] = try StateRecord(row)
        }
        return try Row.fetchAll(
            self, sql: "SELECT * FROM submission WHERE \(condition) ORDER BY sha256", arguments: arguments
        ).map { try SubmissionRecord($0, targets: targets[$0.decode(forColumn: "sha256")] ?? [:]) }
    }

    /// The state of a package for a repository; nil if it has none.
    fileprivate func state(of package: SHA256Digest, in repository: String) throws -> StateRecord? {
        try Row.fetchOne(
            self, sql: "SELECT * FROM target WHERE package = ? AND repository = ?",
            arguments: [package.hex, repository]
        ).map { try StateRecord($0) }
    }

    /// The removals that a condition selects.
    func removals(where condition: String, _ arguments: StatementArguments = []) throws -> [RemovalRequest] {
        try Row.fetchAll(
            self, sql: "SELECT * FROM target WHERE removal IS NOT NULL AND (\(condition)) ORDER BY removal",
            arguments: arguments
        ).map { row in
            RemovalRequest(
                repository: try row.parsed("repository"), architecture: try row.parsed("architecture"),
                name: try row.parsed("name"), version: try row.parsed("version"), sha256: try row.parsed("sha256"),
                target: try StateRecord(row))
        }
    }

    /// Puts in a submission with its targets; false if its package is known already.
    func insert(_ submission: SubmissionRecord) throws -> Bool {
        try execute(
            sql: "INSERT OR IGNORE INTO submission VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                submission.sha256.hex, submission.fileName.text, submission.base.text,
                submission.fileName.version.text, Int64(clamping: submission.size), submission.sha256State,
                Int64(clamping: submission.acceptedAt),
            ])
        guard changesCount > 0 else { return false }
        try put(submission)
        return true
    }

    /// Writes the targets of a submission; while no repository is named there is one that waits for that.
    fileprivate func put(_ submission: SubmissionRecord) throws {
        let file = submission.fileName
        let identity: StatementArguments = [
            submission.sha256.hex, submission.sha256.hex, file.architecture.text, file.name.text, file.version.text,
        ]
        if let first = submission.targets.keys.min() {
            try execute(
                sql: "UPDATE target SET repository = ? WHERE package = ? AND repository IS NULL",
                arguments: [first, submission.sha256.hex])
        } else {
            try execute(
                sql: """
                    INSERT INTO target (package, sha256, architecture, name, version, state, changed)
                    SELECT ?, ?, ?, ?, ?, 'waiting', (SELECT value + 1 FROM revision)
                    WHERE NOT EXISTS (SELECT 1 FROM target WHERE package = ?)
                    """, arguments: identity + [submission.sha256.hex])
        }
        for (repository, record) in submission.targets {
            try put(
                record, columns: "package, sha256, architecture, name, version, repository",
                identity + [repository], conflict: "package, repository")
        }
    }

    /// Writes the target of a removal.
    func put(_ request: RemovalRequest) throws {
        try put(
            request.target, columns: "removal, sha256, architecture, name, version, repository",
            [
                request.id.hex, request.sha256.hex, request.architecture.text, request.name.text, request.version.text,
                request.repository.text,
            ], conflict: "removal")
    }

    /// Puts a state into a target's row, which it makes if need be; a row that says the same already stays as it is.
    private func put(
        _ record: StateRecord, columns: String, _ identity: StatementArguments, conflict: String
    ) throws {
        let names = StateRecord.columns
        let assignments = names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let marks = Array(repeating: "?", count: 6 + names.count).joined(separator: ", ")
        try execute(
            sql: """
                INSERT INTO target (\(columns), \(names.joined(separator: ", ")), changed)
                VALUES (\(marks), (SELECT value + 1 FROM revision))
                ON CONFLICT (\(conflict)) DO UPDATE SET \(assignments), changed = excluded.changed
                WHERE \(names.map { "target.\($0) IS NOT excluded.\($0)" }.joined(separator: " OR "))
                """, arguments: identity + StatementArguments(record.arguments))
    }
}

extension SubmissionRecord {
    fileprivate init(_ row: Row, targets: [String: StateRecord]) throws {
        self.init(
            fileName: try row.parsed("file_name"), base: try row.parsed("base"), sha256: try row.parsed("sha256"),
            size: try row.natural("size"), sha256State: try row.decode(forColumn: "sha256_state"),
            acceptedAt: try row.natural("accepted_at"), targets: targets)
        guard state != nil else {
            throw MalformedColumn(column: "sha256_state", expected: "the state over \(size) bytes")
        }
    }
}
