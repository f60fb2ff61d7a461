import ALPMTypes
public import ByteCoding
public import Cryptography

/// A job that was accepted and has no outcome yet.
public struct OpenIntent: Hashable, Sendable {
    /// The hash that identifies the job.
    public var job: SHA256Digest
    /// How many bytes the caller needed for it; they are read with `readIntent`.
    public var byteCount: Int
    /// When it was accepted, in Unix seconds.
    public var decidedAt: UInt64
}

extension EnclaveLedger {
    /// The encoded outcome of a job; nil while it has none.
    public func outcome(of job: SHA256Digest) throws(LedgerError) -> [UInt8]? {
        try connection.rows("SELECT bytes FROM outcome WHERE job = ?", .blob(job.bytes)) { row in row.blob(0) }.first
    }

    /// The jobs that were accepted and not finished, oldest first.
    public func openIntents() throws(LedgerError) -> [OpenIntent] {
        try connection.rows("SELECT job, length(encoding), decided_at FROM intent ORDER BY rowid") {
            row throws(LedgerError) in
            OpenIntent(
                job: try row.digest(0, "job hash"), byteCount: Int(row.integer(1)), decidedAt: row.integer(2))
        }
    }

    /// Lets `read` take the pieces of what the caller wrote down of an accepted job; none if it has no intent.
    public func readIntent<Value>(
        of job: SHA256Digest, _ read: (any ByteSource) throws -> Value
    ) throws -> Value {
        let rows = try connection.rows("SELECT rowid FROM intent WHERE job = ?", .blob(job.bytes)) { row in row.row(0) }
        let blob = try rows.first.map { row in try Blob(.intentEncoding, row: row, of: connection) }
        defer { blob?.close() }
        let value = Result { try read(blob ?? Blob()) }
        if let failure = blob?.failure { throw failure }
        return try value.get()
    }

    /// How many attempts at one job are excused at most, so that a job which breaks other things is not tried for ever.
    public static var maximumExcuses: UInt64 { 20 }

    /// Writes down that a job is accepted, before anything is signed for it, and that its first attempt begins; `boot` says in
    /// which run of the machine.
    ///
    /// What is needed to finish it after a crash is given in pieces of so many bytes together.
    /// Throws `conflict` if the job has an intent or an outcome already.
    public mutating func recordIntent(
        job: SHA256Digest, byteCount: Int, decidedAt: UInt64, boot: [UInt8] = [],
        eachPiece: (_ take: ([UInt8]) -> Void) -> Void
    ) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            guard try outcome(of: job) == nil else { throw .conflict(rule: "the job has its outcome") }
            let inserted = try connection.run(
                "INSERT OR IGNORE INTO intent (job, encoding, decided_at, boot) VALUES (?, zeroblob(?), ?, ?)",
                .blob(job.bytes), .integer(UInt64(byteCount)), .integer(decidedAt), .blob(boot))
            guard inserted == 1 else { throw .conflict(rule: "the job is accepted already") }
            let blob = try Blob(
                .intentEncoding, row: connection.lastInsertedRow, of: connection, isWritten: true)
            defer { blob.close() }
            eachPiece { blob.write($0) }
            if let failure = blob.failure { throw failure }
            guard blob.remaining == 0 else { throw .conflict(rule: "an intent has the length that is stated") }
            try raiseTime(to: decidedAt)
        }
    }

    /// Counts one more attempt at a job, before it begins, and returns how many there were with the first.
    ///
    /// An attempt that began in another run of the machine may have ended with that, and is excused.
    public mutating func countAttempt(job: SHA256Digest, boot: [UInt8] = []) throws(LedgerError) -> UInt64 {
        try connection.run(
            """
            UPDATE intent SET attempts = attempts - 1, excused = excused + 1
            WHERE job = ? AND boot <> ? AND attempts > 0 AND excused < ?
            """, .blob(job.bytes), .blob(boot), .integer(Self.maximumExcuses))
        return try connection.rows(
            "UPDATE intent SET attempts = attempts + 1, boot = ? WHERE job = ? RETURNING attempts", .blob(boot),
            .blob(job.bytes)
        ) { row in row.integer(0) }.first ?? 0
    }

    /// Does not count the last attempt, which failed by what any job would have failed by.
    public mutating func excuseAttempt(job: SHA256Digest) throws(LedgerError) {
        try connection.run(
            "UPDATE intent SET attempts = attempts - 1, excused = excused + 1 WHERE job = ? AND attempts > 0 AND excused < ?",
            .blob(job.bytes), .integer(Self.maximumExcuses))
    }

    /// Forgets an intent whose job will not be finished.
    public mutating func abandonIntent(job: SHA256Digest) throws(LedgerError) {
        try connection.run("DELETE FROM intent WHERE job = ?", .blob(job.bytes))
    }

    /// Which of these statements were used up.
    public func consumed(among statements: [SHA256Digest]) throws(LedgerError) -> Set<SHA256Digest> {
        var search = try connection.prepare("SELECT 1 FROM consumed_statement WHERE digest = ?")
        var found: Set<SHA256Digest> = []
        for statement in statements {
            try search.bind([.blob(statement.bytes)])
            if try search.step() { found.insert(statement) }
        }
        return found
    }

    /// Makes a job's outcome and all of its effects durable, in one transaction.
    ///
    /// Throws `conflict`, with nothing written, if there is no intent for the job, a serial does not follow the stored
    /// one, a removed package is not there, a version would get a second content, a statement was used up before, or
    /// the log does not have the size that the leaves were made for.
    public mutating func commit(_ commit: JobCommit) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            guard
                let intent = try connection.rows(
                    "SELECT decided_at FROM intent WHERE job = ?", .blob(commit.job.bytes),
                    read: { row in row.integer(0) }
                ).first
            else { throw .conflict(rule: "the job was not accepted") }
            // With RETURNING the whole row would be held.
            try connection.run("DELETE FROM intent WHERE job = ?", .blob(commit.job.bytes))
            try connection.run(
                "INSERT INTO outcome (job, bytes, decided_at) VALUES (?, ?, ?)",
                .blob(commit.job.bytes), .blob(commit.outcome), .integer(intent))
            for update in commit.updates { try apply(update, at: commit.time) }
            try store(commit.packageSignatures)
            try consume(commit.consumedStatements, by: commit.job)
            for rate in commit.rates { try remember(rate, at: commit.time) }
            try appendToLog(commit.log)
            try raiseTime(to: commit.time)
        }
    }

    func consume(_ statements: [SHA256Digest], by job: SHA256Digest) throws(LedgerError) {
        guard try consumed(among: statements).isEmpty, Set(statements).count == statements.count else {
            throw .conflict(rule: "a statement that is consumed by use was used before")
        }
        var insertion = try connection.prepare("INSERT INTO consumed_statement (digest, job) VALUES (?, ?)")
        for statement in statements { try insertion.run([.blob(statement.bytes), .blob(job.bytes)]) }
    }

    private func store(_ signatures: [PackageSignatureRecord]) throws(LedgerError) {
        var insertion = try connection.prepare(
            "INSERT OR IGNORE INTO package_signature (package_digest, key, file_name, bytes) VALUES (?, ?, ?, ?)")
        for signature in signatures {
            guard signature.key.count == 20 else { throw .conflict(rule: "a key fingerprint has 20 bytes") }
            try insertion.run([
                .blob(signature.packageDigest.bytes), .blob(signature.key), .text(signature.fileName.text),
                .blob(signature.bytes),
            ])
        }
    }
}
