import GRDB

/// One thing that happened.
package struct EventRecord: Hashable, Sendable {
    /// Rises from event to event; 0 before it is kept.
    package let id: Int64
    /// When, in Unix seconds.
    package let at: UInt64
    /// What kind of event, such as `accepted`.
    package let name: String
    /// What happened.
    package let sentence: String

    /// Takes all of it.
    package init(id: Int64 = 0, at: UInt64, name: String, sentence: String) {
        self.id = id
        self.at = at
        self.name = name
        self.sentence = sentence
    }
}

/// A file that was turned away and why.
package struct TurnedAwayRecord: Hashable, Sendable {
    /// The file's name.
    package let file: String
    /// Why.
    package let reason: String
    /// When, in Unix seconds.
    package let at: UInt64

    /// Takes all of it.
    package init(file: String, reason: String, at: UInt64) {
        self.file = file
        self.reason = reason
        self.at = at
    }
}

extension SchedulerStore {
    /// Keeps what happened, after all that happened before; of too many events the oldest go.
    package func append(_ event: EventRecord) throws(SchedulerStoreError) {
        try write { try $0.append(event) }
    }

    /// The next events after one, at most so many, oldest first.
    package func events(after id: Int64 = 0, limit: Int) throws(SchedulerStoreError) -> [EventRecord] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM event WHERE id > ? ORDER BY id LIMIT ?", arguments: [id, max(0, limit)]
            ).map { row in
                EventRecord(
                    id: try row.decode(forColumn: "id"), at: try row.natural("at"),
                    name: try row.decode(forColumn: "name"), sentence: try row.decode(forColumn: "sentence"))
            }
        }
    }

    /// How many events are kept; what was before is in the lines for people alone.
    static let mostEvents: Int64 = 100_000
    private static let mostTurnedAway = 1000

    /// Keeps files that were turned away; of too many the oldest go.
    package func append(_ turnedAway: [TurnedAwayRecord]) throws(SchedulerStoreError) {
        if turnedAway.isEmpty { return }
        try write { database in
            for record in turnedAway { try database.append(record) }
            try database.execute(
                sql: "DELETE FROM turned_away WHERE id <= (SELECT max(id) FROM turned_away) - ?",
                arguments: [Self.mostTurnedAway])
        }
    }

    /// The files turned away last, at most so many, oldest first.
    package func turnedAway(limit: Int = 200) throws(SchedulerStoreError) -> [TurnedAwayRecord] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM turned_away ORDER BY id DESC LIMIT ?", arguments: [max(0, limit)]
            ).reversed().map { row in
                TurnedAwayRecord(
                    file: try row.decode(forColumn: "file"), reason: try row.decode(forColumn: "reason"),
                    at: try row.natural("at"))
            }
        }
    }
}

extension Database {
    func append(_ event: EventRecord) throws {
        try execute(
            sql: "INSERT INTO event (at, name, sentence) VALUES (?, ?, ?)",
            arguments: [Int64(clamping: event.at), event.name, event.sentence])
        try execute(
            sql: "DELETE FROM event WHERE id <= ?", arguments: [lastInsertedRowID - SchedulerStore.mostEvents])
    }

    func append(_ turnedAway: TurnedAwayRecord) throws {
        try execute(
            sql: "INSERT INTO turned_away (file, reason, at) VALUES (?, ?, ?)",
            arguments: [turnedAway.file, turnedAway.reason, Int64(clamping: turnedAway.at)])
    }
}
