public import Cryptography

/// A job that failed each time it was carried out, and is not tried again until somebody at the console says so.
public struct QuarantinedJob: Hashable, Sendable {
    /// The hash that identifies the job.
    public var job: SHA256Digest
    /// What was wrong the last time, in one line.
    public var reason: String
    /// When it was given up, in Unix seconds.
    public var time: UInt64
}

extension EnclaveLedger {
    /// How many quarantined jobs are kept; a new one makes the oldest go, so that they cannot fill the disk.
    public static var quarantineCapacity: Int { 1000 }

    /// The quarantined jobs, oldest first.
    public func quarantinedJobs() throws(LedgerError) -> [QuarantinedJob] {
        try connection.rows("SELECT job, reason, time FROM quarantine ORDER BY number") { row throws(LedgerError) in
            QuarantinedJob(job: try row.digest(0, "job hash"), reason: row.text(1), time: row.integer(2))
        }
    }

    /// How many jobs are in quarantine.
    public func quarantineCount() throws(LedgerError) -> UInt64 {
        try connection.rows("SELECT count(*) FROM quarantine") { row in row.integer(0) }.first ?? 0
    }

    /// Whether a job is in quarantine.
    public func isQuarantined(_ job: SHA256Digest) throws(LedgerError) -> Bool {
        try !connection.rows("SELECT 1 FROM quarantine WHERE job = ?", .blob(job.bytes)) { row in row.row(0) }.isEmpty
    }

    /// Gives up an intent and remembers why, in one transaction; of a longer reason only the beginning.
    ///
    /// Throws `conflict` if the job has no intent.
    public mutating func quarantineIntent(
        job: SHA256Digest, reason: String, time: UInt64
    ) throws(LedgerError) {
        let kept = String(decoding: reason.utf8.prefix(Self.refusalTextLimit), as: UTF8.self)
        try connection.transaction { () throws(LedgerError) in
            guard try connection.run("DELETE FROM intent WHERE job = ?", .blob(job.bytes)) == 1 else {
                throw .conflict(rule: "the job was not accepted")
            }
            try connection.run(
                "INSERT OR REPLACE INTO quarantine (job, reason, time) VALUES (?, ?, ?)",
                .blob(job.bytes), .text(kept), .integer(time))
            try connection.run(
                "DELETE FROM quarantine WHERE number <= (SELECT max(number) FROM quarantine) - ?",
                .row(Int64(Self.quarantineCapacity)))
        }
    }

    /// Lets a quarantined job be asked for again; false if it was not in quarantine.
    public mutating func release(_ job: SHA256Digest) throws(LedgerError) -> Bool {
        try connection.run("DELETE FROM quarantine WHERE job = ?", .blob(job.bytes)) == 1
    }
}
