public import Policy
public import Refusals
import RepositoryDatabase
public import SigningProtocol

/// The decision about one job: a pure function of the job, the policy, the memory, the evidence and the time.
///
/// The enclave decides with it, and the scheduler asks it beforehand with a memory of its own. The rules run in
/// stages; all refusals of one stage are collected, and the first stage that has any ends the review.
public struct JobReview: Sendable {
    let job: Job
    let policy: SigningPolicy
    let memory: Memory
    let evidence: Evidence
    let now: UInt64

    /// Prepares the review of a job.
    ///
    /// `rejectedEvidence` says why envelopes of the job are not among the verified statements; it is reported only
    /// where they would have been needed.
    public init(
        of job: Job, under policy: SigningPolicy, remembering memory: Memory, evidence: [VerifiedStatement],
        rejectedEvidence: [Refusal] = [], now: UInt64
    ) {
        self.job = job
        self.policy = policy
        self.memory = memory
        self.evidence = Evidence(
            sorting: evidence, rejected: rejectedEvidence, policy: policy, distribution: memory.distribution, now: now)
        self.now = now
    }

    /// Decides.
    public func decision() -> Decision {
        var refusals = JobStructure.refusals(of: job, under: policy, now: now)
        guard refusals.isEmpty else { return .refused(refusals) }

        let targets = job.changes.compactMap { change in target(of: change, refusals: &refusals) }
        guard refusals.isEmpty else { return .refused(refusals) }

        let changes = targets.compactMap { target in reviewedEntries(of: target, refusals: &refusals) }
        guard refusals.isEmpty else { return .refused(refusals) }

        switch job.kind {
        case .update:
            refusals =
                changes.flatMap { identityRefusals(of: $0, among: changes) } + changes.flatMap(evidenceRefusals)
                + changes.flatMap { anyRefusals(of: $0, among: changes) }
        case .repositoryImport:
            refusals = changes.flatMap { identityRefusals(of: $0, among: changes) } + changes.flatMap(importRefusals)
        case .refresh: refusals = changes.flatMap(refreshRefusals)
        }
        guard refusals.isEmpty else { return .refused(refusals.withoutRepetition()) }

        let plans = changes.compactMap { change in plan(for: change, refusals: &refusals) }
        guard refusals.isEmpty else { return .refused(refusals) }
        return .admitted(
            AdmittedJob(
                databases: plans, consumedStatements: Set(changes.flatMap(consumedStatements)).sorted(),
                evidence: job.kind == .refresh ? [] : evidence.usable))
    }
}

extension [Refusal] {
    /// The refusals in their order, each once.
    func withoutRepetition() -> [Refusal] {
        var seen = Set<Refusal>()
        return filter { seen.insert($0).inserted }
    }
}
