public import ALPMTypes

/// What a job adds to the changes of a repository whose rate is limited.
public struct RateCommit: Hashable, Sendable {
    /// The repository.
    public var repository: RepositoryName
    /// How many of the changes are ordinary.
    public var ordinary: UInt64
    /// How many are urgent.
    public var urgent: UInt64
    /// For how long changes count, in seconds.
    public var seconds: UInt64

    /// Puts the parts together.
    public init(repository: RepositoryName, ordinary: UInt64, urgent: UInt64, seconds: UInt64) {
        self.repository = repository
        self.ordinary = ordinary
        self.urgent = urgent
        self.seconds = seconds
    }
}

/// Changes that a repository took at one time.
public struct StoredChanges: Hashable, Sendable {
    /// When, in Unix seconds.
    public var time: UInt64
    /// How many were ordinary.
    public var ordinary: UInt64
    /// How many were urgent.
    public var urgent: UInt64
}

extension EnclaveLedger {
    /// What a repository took lately, oldest first; changes that count no longer may be among them.
    public func recentChanges(of repository: RepositoryName) throws(LedgerError) -> [StoredChanges] {
        try connection.rows(
            "SELECT time, ordinary, urgent FROM recent_change WHERE repository = ? ORDER BY time",
            .text(repository.text)
        ) { row in StoredChanges(time: row.integer(0), ordinary: row.integer(1), urgent: row.integer(2)) }
    }

    /// Adds changes, and forgets those of their repository that count no longer.
    func remember(_ rate: RateCommit, at time: UInt64) throws(LedgerError) {
        try connection.run(
            "DELETE FROM recent_change WHERE repository = ? AND time + ? <= ?", .text(rate.repository.text),
            .integer(rate.seconds), .integer(time))
        try connection.run(
            """
            INSERT INTO recent_change (repository, time, ordinary, urgent) VALUES (?, ?, ?, ?)
            ON CONFLICT (repository, time)
            DO UPDATE SET ordinary = ordinary + excluded.ordinary, urgent = urgent + excluded.urgent
            """, .text(rate.repository.text), .integer(time), .integer(rate.ordinary), .integer(rate.urgent))
    }

    /// The one place where time may fall: what a wrong clock dated later than the confirmed time happened at that time.
    ///
    /// Otherwise such changes would count, and such removals void evidence, until the date that the clock once had.
    func stepBack(to time: UInt64) throws(LedgerError) {
        try connection.run(
            """
            INSERT INTO recent_change (repository, time, ordinary, urgent)
            SELECT repository, ?, sum(ordinary), sum(urgent) FROM recent_change WHERE time >= ? GROUP BY repository
            ON CONFLICT (repository, time) DO UPDATE SET ordinary = excluded.ordinary, urgent = excluded.urgent
            """, .integer(time), .integer(time))
        try connection.run("DELETE FROM recent_change WHERE time > ?", .integer(time))
        try connection.run("UPDATE claim SET removed_at = ? WHERE removed_at > ?", .integer(time), .integer(time))
        try connection.run("UPDATE head SET last_time = ?", .integer(time))
    }
}
