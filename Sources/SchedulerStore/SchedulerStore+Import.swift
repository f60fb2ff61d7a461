import GRDB

/// What a directory kept in files before there was a store.
package struct EarlierRecords: Sendable {
    /// The submissions.
    package var submissions: [SubmissionRecord] = []
    /// The removals.
    package var removals: [RemovalRequest] = []
    /// The accepted evidence.
    package var evidence: [KeptEnvelope] = []
    /// The files turned away.
    package var turnedAway: [TurnedAwayRecord] = []
    /// The jobs.
    package var jobs: [JobRecord] = []
    /// What happened.
    package var events: [EventRecord] = []

    /// Begins with nothing.
    package init() {}
}

extension SchedulerStore {
    /// Whether the records of earlier versions were taken over.
    package func hasTakenEarlierRecords() throws(SchedulerStoreError) -> Bool {
        try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM imported)") ?? false }
    }

    /// Takes over the records of earlier versions, once: all of them or none.
    package func take(_ records: EarlierRecords, at now: UInt64) throws(SchedulerStoreError) {
        try write { database in
            try database.execute(sql: "INSERT INTO imported VALUES ('files')")
            for submission in records.submissions { _ = try database.insert(submission) }
            for removal in records.removals { try database.put(removal) }
            for kept in records.evidence { _ = try database.insert(kept, at: now) }
            for record in records.turnedAway { try database.append(record) }
            for job in records.jobs { try database.put(job) }
            for event in records.events { try database.append(event) }
        }
    }
}
