import ALPMTypes
public import Policy
public import Refusals
public import SigningProtocol

/// What a job's form alone can be refused for, before any evidence is verified or any memory is read.
public enum JobStructure {
    /// Envelopes that any job may carry, and those that each of its packages adds.
    private static let envelopes = (base: 64, perPackage: 8)

    /// Why a job is refused whatever its evidence; empty if its form is in order.
    public static func refusals(of job: Job, under policy: SigningPolicy, now: UInt64) -> [Refusal] {
        let limit = policy.limits.usablePackages
        if job.kind != .repositoryImport, UInt64(job.packageCount) > limit { return [.jobTooLarge(limit: limit)] }
        let envelopeLimit = envelopes.base + envelopes.perPackage * job.packageCount
        if job.evidence.count > envelopeLimit { return [.jobTooLarge(limit: UInt64(envelopeLimit))] }
        if job.kind != .refresh, now >= policy.expires { return [.policyExpired] }
        guard !job.changes.isEmpty else { return [.entryInvalid(field: "a job that names no database")] }
        var locations = Set<DatabaseLocation>()
        for change in job.changes {
            let location = change.location
            guard policy.repository(change.repository)?.architectures.contains(change.architecture) == true else {
                return [.unknownRepository]
            }
            guard locations.insert(location).inserted else {
                return [.entryInvalid(field: "\(location): named twice in one job")]
            }
            if let problem = problem(with: change, in: job.kind) {
                return [.entryInvalid(field: "\(location): \(problem)")]
            }
        }
        return []
    }

    private static func problem(with change: RepositoryChange, in kind: JobKind) -> String? {
        switch kind {
        case .update where change.additions.isEmpty && change.removals.isEmpty: "an update that changes nothing"
        case .refresh where !change.additions.isEmpty || !change.removals.isEmpty: "a refresh that changes an entry"
        case .repositoryImport where !change.removals.isEmpty: "an import that removes packages"
        case .resign where !change.removals.isEmpty: "a re-signing that removes packages"
        default: Set(change.removals).count == change.removals.count ? nil : "a package removed twice"
        }
    }
}
