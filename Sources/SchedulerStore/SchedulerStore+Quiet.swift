import GRDB

/// A time in which nothing can come of looking again at what is open.
package struct Quiet: Hashable, Sendable {
    /// The revision of the store that was looked at.
    package let revision: Int64
    /// Everything outside of the store that decides: the policy, the serials of the databases, the log.
    package let inputs: String
    /// When it was looked at, in Unix seconds.
    package let since: UInt64
    /// When time itself may change something, in Unix seconds.
    package let until: UInt64

    /// Takes all of it.
    package init(revision: Int64, inputs: String, since: UInt64, until: UInt64) {
        self.revision = revision
        self.inputs = inputs
        self.since = since
        self.until = until
    }
}

extension SchedulerStore {
    /// Whether nothing changed since something was looked at; a clock that went back is a change.
    package func isQuiet(_ what: String, inputs: String, now: UInt64) throws(SchedulerStoreError) -> Bool {
        try read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM quiet JOIN revision ON revision.value = quiet.revision
                        WHERE what = ? AND inputs = ? AND since <= ? AND until > ?)
                    """, arguments: [what, inputs, Int64(clamping: now), Int64(clamping: now)]) ?? false
        }
    }

    /// Notes that nothing can come of looking again; `what` names who looked.
    package func keep(_ quiet: Quiet, of what: String) throws(SchedulerStoreError) {
        try write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO quiet VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    what, quiet.revision, quiet.inputs, Int64(clamping: quiet.since), Int64(clamping: quiet.until),
                ])
        }
    }

    /// When the first evidence begins or ends, or the first refused ask may be asked again, after now; nil if none will.
    package func nextMoment(after now: UInt64) throws(SchedulerStoreError) -> UInt64? {
        let start = Int64(clamping: now)
        return try read { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT min(moment) FROM (
                        SELECT min(not_after) + 1 AS moment FROM evidence WHERE not_after >= ?
                        UNION ALL SELECT min(not_before) FROM evidence WHERE not_after >= ? AND not_before > ?
                        UNION ALL SELECT min(not_before) FROM target
                            WHERE state IN ('waiting', 'ready') AND not_before > ?)
                    """, arguments: [start, start, start, start]
            ).map(UInt64.init(clamping:))
        }
    }
}
