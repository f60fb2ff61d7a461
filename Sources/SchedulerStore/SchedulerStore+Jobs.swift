package import Cryptography
import GRDB

/// A job as the store knows it; its bytes and those of its answer are files.
package struct JobRecord: Hashable, Sendable {
    /// How far it came.
    package enum State: String, Sendable {
        /// Kept, and perhaps sent.
        case made
        /// The answer is kept, but perhaps not all that follows from it.
        case answered
        /// Nothing is left to do for it.
        case applied
        /// The enclave refused it.
        case refused
        /// The enclave does not know it and will not be asked for it again.
        case abandoned
    }

    /// The job's hash.
    package let hash: SHA256Digest
    /// How far it came.
    package let state: State
    /// What it asks for, in one line.
    package let words: String

    /// Takes all of it.
    package init(hash: SHA256Digest, state: State, words: String) {
        self.hash = hash
        self.state = state
        self.words = words
    }
}

extension SchedulerStore {
    /// How many of the jobs are kept that came to nothing, whose bytes are gone.
    static let mostForgottenJobs = 1000

    /// Keeps a job, or how far a known one came.
    package func keep(_ job: JobRecord) throws(SchedulerStoreError) {
        try write { try $0.put(job) }
    }

    /// Notes how far a known job came; of too many that came to nothing the oldest go.
    package func mark(_ hash: SHA256Digest, _ state: JobRecord.State) throws(SchedulerStoreError) {
        try write { database in
            try database.execute(
                sql: "UPDATE job SET state = ? WHERE hash = ?", arguments: [state.rawValue, hash.hex])
            try database.forgetJobs()
        }
    }

    /// The jobs for which something is left to do, by their hashes.
    package func unfinishedJobs() throws(SchedulerStoreError) -> [JobRecord] {
        try jobs("WHERE state IN ('made', 'answered') ORDER BY hash", [])
    }

    /// One job whose bytes are kept; nil if there is none of this hash.
    package func keptJob(_ hash: SHA256Digest) throws(SchedulerStoreError) -> JobRecord? {
        try jobs("WHERE hash = ? AND state IN (\(Self.kept))", [hash.hex]).first
    }

    /// The jobs whose bytes are kept and whose hashes come after one, in the order of their hashes, at most so many.
    package func keptJobs(after hash: SHA256Digest?, limit: Int) throws(SchedulerStoreError) -> [JobRecord] {
        try jobs(
            "WHERE hash > ? AND state IN (\(Self.kept)) ORDER BY hash LIMIT ?", [hash?.hex ?? "", max(0, limit)])
    }

    private static let kept = "'made', 'answered', 'applied'"

    private func jobs(_ rest: String, _ arguments: StatementArguments) throws(SchedulerStoreError) -> [JobRecord] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM job \(rest)", arguments: arguments).map { row in
                let state: String = try row.decode(forColumn: "state")
                return JobRecord(
                    hash: try row.parsed("hash"), state: JobRecord.State(rawValue: state) ?? .made,
                    words: try row.decode(forColumn: "words"))
            }
        }
    }
}

extension Database {
    func put(_ job: JobRecord) throws {
        try execute(
            sql: """
                INSERT INTO job (hash, state, words) VALUES (?, ?, ?)
                ON CONFLICT (hash) DO UPDATE SET state = excluded.state, words = excluded.words
                """, arguments: [job.hash.hex, job.state.rawValue, job.words])
    }

    /// Forgets jobs that nothing is left of, and that nothing refers to, but for the newest.
    fileprivate func forgetJobs() throws {
        try execute(
            sql: """
                DELETE FROM job WHERE rowid IN (
                    SELECT rowid FROM job WHERE state IN ('refused', 'abandoned') ORDER BY rowid DESC LIMIT -1 OFFSET ?)
                """, arguments: [SchedulerStore.mostForgottenJobs])
    }
}
