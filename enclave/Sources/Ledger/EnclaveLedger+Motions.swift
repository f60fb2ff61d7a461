public import ALPMTypes
public import Cryptography

/// Everything that a motion leaves behind.
public struct MotionCommit: Hashable, Sendable {
    /// What changes besides the log.
    public enum Effect: Hashable, Sendable {
        /// This policy comes into force.
        case policy(StoredPolicy)
        /// This policy waits from now on, on the evidence of the consumed statements.
        case announcement(StoredPolicy)
        /// The last time is the motion's, also if it is earlier.
        case clock
        /// Packages of these digests are revoked.
        case revocation([SHA256Digest])
        /// Nothing.
        case resumption
    }

    /// The hash that identifies the motion.
    public var motion: SHA256Digest
    /// The encoded outcome, which the same motion is answered with from now on.
    public var outcome: [UInt8]
    /// What changes besides the log.
    public var effect: Effect
    /// The statements that cannot be used again.
    public var consumedStatements: [SHA256Digest]
    /// The leaves of the motion and the checkpoint over them.
    public var log: LogAppend
    /// When the motion was admitted, in Unix seconds.
    public var time: UInt64

    /// Puts the parts together.
    public init(
        motion: SHA256Digest, outcome: [UInt8], effect: Effect, consumedStatements: [SHA256Digest], log: LogAppend,
        time: UInt64
    ) {
        self.motion = motion
        self.outcome = outcome
        self.effect = effect
        self.consumedStatements = consumedStatements
        self.log = log
        self.time = time
    }
}

extension EnclaveLedger {
    /// Makes a motion's outcome and all of its effects durable, in one transaction.
    ///
    /// A policy gives up what was accepted under the one before and could not be finished, and a clock that is put back what
    /// was accepted in its future: nothing of it has left. Throws `conflict`, with nothing written, if the motion has its
    /// outcome (but for an announcement that another one replaced since), the policy does not follow the current one, a statement was used up before, or the log does not have the
    /// size that the leaf was made for.
    public mutating func commit(_ commit: MotionCommit) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            if case .announcement(let policy) = commit.effect, let waiting = try pendingRecovery(),
                waiting.policy.digest != policy.digest
            {
                try connection.run("DELETE FROM outcome WHERE job = ?", .blob(commit.motion.bytes))
            }
            let inserted = try connection.run(
                "INSERT OR IGNORE INTO outcome (job, bytes, decided_at) VALUES (?, ?, ?)",
                .blob(commit.motion.bytes), .blob(commit.outcome), .integer(commit.time))
            guard inserted == 1 else { throw .conflict(rule: "the motion has its outcome") }
            switch commit.effect {
            case .policy(let policy):
                try insert(policy)
                try connection.run("DELETE FROM intent")
                try connection.run("DELETE FROM recovery")
            case .announcement(let policy): try announce(policy, on: commit.consumedStatements)
            case .clock:
                try stepBack(to: commit.time)
                try connection.run("DELETE FROM intent WHERE decided_at > ?", .integer(commit.time))
            case .revocation(let packages): try revoke(packages, at: commit.time)
            case .resumption: try connection.run("DELETE FROM restoration")
            }
            try consume(commit.consumedStatements, by: commit.motion)
            try appendToLog(commit.log)
            try raiseTime(to: commit.time)
        }
    }

    /// Remembers a signed note of this log that the log contradicts; only a newer disk is without it.
    public mutating func recordContradiction(_ note: [UInt8]) throws(LedgerError) {
        try connection.run("UPDATE head SET contradiction = ?", .blob(note))
    }

    /// Whether the log was ever shown a note of its own that it contradicts.
    public func isContradicted() throws(LedgerError) -> Bool {
        try connection.rows("SELECT contradiction IS NOT NULL FROM head") { row in row.integer(0) } == [1]
    }

    private func revoke(_ packages: [SHA256Digest], at time: UInt64) throws(LedgerError) {
        var insertion = try connection.prepare(
            "INSERT OR IGNORE INTO revocation (package_digest, time) VALUES (?, ?)")
        for package in packages { try insertion.run([.blob(package.bytes), .integer(time)]) }
    }

    /// Which of these packages are revoked, by their digests.
    public func revoked(among packages: [SHA256Digest]) throws(LedgerError) -> Set<SHA256Digest> {
        var search = try connection.prepare("SELECT 1 FROM revocation WHERE package_digest = ?")
        var found: Set<SHA256Digest> = []
        for package in packages {
            try search.bind([.blob(package.bytes)])
            if try search.step() { found.insert(package) }
        }
        return found
    }

    /// How many packages of a repository have a signature by one key, and none by another.
    public func packageCount(
        in repository: RepositoryName, signedBy key: [UInt8], butNotBy successor: [UInt8]
    ) throws(LedgerError) -> UInt64 {
        try connection.rows(
            """
            SELECT count(*) FROM entry JOIN claim ON claim.id = entry.claim
                JOIN repository ON repository.id = entry.repository
            WHERE repository.name = ?
                AND EXISTS (SELECT 1 FROM package_signature AS made
                    WHERE made.package_digest = claim.package_digest AND made.key = ?)
                AND NOT EXISTS (SELECT 1 FROM package_signature AS made
                    WHERE made.package_digest = claim.package_digest AND made.key = ?)
            """, .text(repository.text), .blob(key), .blob(successor)
        ) { row in row.integer(0) }.first ?? 0
    }
}
