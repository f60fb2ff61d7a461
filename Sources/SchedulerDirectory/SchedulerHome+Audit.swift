import Descriptors
import Policy
public import Publisher

extension SchedulerHome {
    /// How often a database that is published anew meanwhile is read once more.
    private static let auditRounds = 5

    /// Reads all that is published, every package included, and says what each database has; throws what is wrong.
    ///
    /// The signatures of packages are read by our own reader alone, since gpg saw them before they were published. Takes no
    /// lock. A database that is published again and again while it is read is left out.
    public func audit(publishedAt target: String) throws(SchedulerDirectoryError) -> [AuditReport] {
        let policy = try configuration.policy()
        var reports: [AuditReport] = []
        for repository in policy.repositories {
            for architecture in repository.architectures {
                guard let trust = policy.trust(repository.name, architecture),
                    try generations.serial(repository.name, architecture) != nil
                else { continue }
                let tree = PublishedTree(target)
                let signature = { try tree.databaseSignature(of: repository.name, architecture) }
                try durably {
                    for _ in 1...Self.auditRounds {
                        let before = try signature()
                        let audit = RepositoryAudit(
                            trust: trust, now: SystemClock.realtimeSeconds(), readers: .ours, knowing: signatures)
                        let report = try audit.verify(tree.folder(of: repository.name, architecture))
                        guard try signature() == before else { continue }
                        try report.throwFindings(in: tree.folder(of: repository.name, architecture))
                        reports.append(report)
                        break
                    }
                }
            }
        }
        return reports
    }
}
