package import ALPMTypes
import GRDB

/// What happened to jobs in one span of time.
package struct JobCount: Hashable, Sendable {
    /// When the span began, in Unix seconds.
    package let start: UInt64
    /// How many were signed.
    package let signed: Int
    /// How many were refused.
    package let refused: Int
}

extension SchedulerStore {
    /// Of how many events, the newest ones, jobs are counted; so that a long history costs nothing.
    private static let countedEvents = 20_000

    /// When each package that waits or is ready was accepted, in Unix seconds, in no order that means anything.
    package func waitingSince() throws(SchedulerStoreError) -> [UInt64] {
        try read { database in
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT accepted_at FROM target JOIN submission ON submission.sha256 = target.package
                    WHERE state IN ('waiting', 'ready')
                    """
            ).map { UInt64(clamping: $0) }
        }
    }

    /// The jobs that were signed and refused since a time, in spans of so many seconds; spans without any are left out.
    package func jobCounts(since: UInt64, span: UInt64) throws(SchedulerStoreError) -> [JobCount] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT (at - ?) / ? AS span, sum(name = 'signed') AS signed, sum(name = 'refused') AS refused
                    FROM event WHERE id > (SELECT max(id) FROM event) - ? AND at >= ? AND sentence LIKE 'job %'
                        AND name IN ('signed', 'refused') GROUP BY span ORDER BY span
                    """,
                arguments: [
                    Int64(clamping: since), Int64(clamping: max(1, span)), Self.countedEvents, Int64(clamping: since),
                ]
            ).map { row in
                JobCount(
                    start: since + (try row.natural("span")) * span, signed: try row.decode(forColumn: "signed"),
                    refused: try row.decode(forColumn: "refused"))
            }
        }
    }

    /// The targets of a repository that the next update carries or carried, after a position, at most so many.
    package func updating(
        _ repository: RepositoryName, after id: Int64, limit: Int
    ) throws(SchedulerStoreError) -> [Target] {
        try targets(
            "WHERE repository = ? AND state IN ('ready', 'asked', 'signed') AND id > ? ORDER BY id LIMIT ?",
            [repository.text, id, max(0, limit)])
    }
}
