package import ALPMTypes
import FoundationEssentials
import GRDB

/// What is open, with the evidence that names it, as of one moment.
package struct OpenWork: Sendable {
    /// The submissions with a target that is open, or for which evidence names a repository that none is for.
    package let submissions: [SubmissionRecord]
    /// The removals that are open.
    package let removals: [RemovalRequest]
    /// The envelopes that name any of them.
    package let evidence: [KeptEnvelope]
}

extension SchedulerStore {
    /// Reads what is open; with what was refused for good, too, if that is to be asked for all the same.
    ///
    /// What is settled costs nothing, however much there is of it. Evidence that ended before `now` names no further
    /// repositories, since it can open none. `companions` says which repositories have their debug packages elsewhere, and
    /// where: evidence that names the one is for debug packages about the other.
    package func openWork(
        includingRefused: Bool, now: UInt64, companions: [RepositoryName: RepositoryName]
    ) throws(SchedulerStoreError) -> OpenWork {
        let states = includingRefused ? "'waiting', 'ready', 'refused'" : "'waiting', 'ready'"
        let names = Dictionary(uniqueKeysWithValues: companions.map { ($0.text, $1.text) })
        return try read { database in
            let packages = try database.openPackages(
                states, livingAt: includingRefused ? 0 : Int64(clamping: now),
                companions: String(decoding: JSONEncoder().encode(names), as: UTF8.self))
            let submissions = try database.submissions(where: "sha256 IN (SELECT value FROM json_each(?))", [packages])
            let evidence = try database.evidence(
                where: """
                    digest IN (SELECT evidence FROM evidence_subject WHERE subject IN (
                        SELECT value FROM json_each(?)
                        UNION SELECT base || ' ' || version FROM submission
                            WHERE sha256 IN (SELECT value FROM json_each(?))
                        UNION SELECT sha256 FROM target WHERE removal IS NOT NULL AND state IN (\(states))))
                    """, [packages, packages])
            return OpenWork(
                submissions: submissions, removals: try database.removals(where: "state IN (\(states))"),
                evidence: evidence)
        }
    }
}

extension Database {
    /// The digests of the packages that something may still become of, as a list in JSON.
    fileprivate func openPackages(_ states: String, livingAt start: Int64, companions: String) throws -> String {
        let digests = try String.fetchSet(
            self,
            sql: """
                SELECT package FROM target WHERE state IN (\(states)) AND package IS NOT NULL
                UNION \(Self.wanted(joining: "p.sha256 = s.subject"))
                UNION \(Self.wanted(joining: "p.base || ' ' || p.version = s.subject"))
                """, arguments: [start, companions, start, companions])
        return "[\(digests.map { "\"\($0)\"" }.joined(separator: ","))]"
    }

    /// Selects the packages that living evidence wants where they have no state yet, unless they were withdrawn.
    private static func wanted(joining condition: String) -> String {
        """
        SELECT p.sha256 FROM evidence e JOIN evidence_subject s ON s.evidence = e.digest JOIN submission p ON \(condition)
            WHERE e.not_after >= ? AND e.repository IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM target t WHERE t.package = p.sha256 AND t.repository = CASE
                    WHEN t.name GLOB '*-debug' THEN coalesce(
                        (SELECT value FROM json_each(?) WHERE key = e.repository), e.repository)
                    ELSE e.repository END)
            AND EXISTS (SELECT 1 FROM target t WHERE t.package = p.sha256 AND t.state <> 'withdrawn')
        """
    }
}
