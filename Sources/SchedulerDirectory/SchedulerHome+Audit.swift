import Descriptors
import Policy
public import Publisher

extension SchedulerHome {
    /// How often a database that is published anew meanwhile is read once more.
    private static let auditRounds = 5

    /// Reads all that is published, every package included, and says what each database has; throws what is wrong.
    ///
    /// The signatures of packages are read by our own reader alone, since gpg saw them before they were published. Takes no
    /// lock. A database that is published again and again while it is read is left out, and one that is not published yet.
    /// Every database is read, whatever is wrong with another, until `isStopped`; then the rest is left out.
    public func audit(
        publishedAt target: String, until isStopped: () -> Bool = { false }
    ) throws(SchedulerDirectoryError) -> [AuditReport] {
        let policy = try configuration.policy()
        var reports: [AuditReport] = []
        var wrong: SchedulerDirectoryError?
        for repository in policy.repositories {
            for architecture in repository.architectures {
                guard let trust = policy.trust(repository.name, architecture),
                    try generations.serial(repository.name, architecture) != nil, !isStopped()
                else { continue }
                let tree = PublishedTree(target)
                let signature = { try tree.databaseSignature(of: repository.name, architecture) }
                do throws(SchedulerDirectoryError) {
                    try durably {
                        for _ in 1...Self.auditRounds {
                            guard let before = try signature() else { break }
                            let audit = RepositoryAudit(
                                trust: trust, now: SystemClock.realtimeSeconds(), readers: .ours, knowing: signatures)
                            let folder = tree.folder(of: repository.name, architecture)
                            let report = try audit.verify(folder) { _ in !isStopped() }
                            guard try signature() == before else { continue }
                            try report.throwFindings(in: folder)
                            if !isStopped() { reports.append(report) }
                            break
                        }
                    }
                } catch { wrong = wrong ?? error }
            }
        }
        if let wrong { throw wrong }
        return reports
    }
}
