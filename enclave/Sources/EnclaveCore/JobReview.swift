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
    public func decision() -> Decision { explainedDecision().decision }

    /// Decides, and says what each rule found.
    public func explainedDecision() -> ExplainedDecision {
        var findings = [Finding(.structure, on: "the job", JobStructure.refusals(of: job, under: policy, now: now))]
        guard findings.hold else { return refused(by: findings) }

        let targets = passed(job.changes, .predecessor, at: \.location, &findings) { change, refusals in
            target(of: change, refusals: &refusals)
        }
        guard findings.hold else { return refused(by: findings) }

        let changes = passed(targets, .entry, at: \.location, &findings) { target, refusals in
            reviewedEntries(of: target, refusals: &refusals)
        }
        guard findings.hold else { return refused(by: findings) }

        findings += self.findings(on: changes)
        guard findings.hold else { return refused(by: findings, equivocating: equivocations(in: changes, findings)) }

        let plans = passed(changes, .result, at: \.location, &findings) { change, refusals in
            plan(for: change, overriding: overridden(in: change, among: changes), refusals: &refusals)
        }
        guard findings.hold else { return refused(by: findings) }

        let rateUses = rateUses(of: changes)
        findings += rateFindings(on: rateUses)
        guard findings.hold else { return refused(by: findings) }
        let admitted = AdmittedJob(
            databases: plans, consumedStatements: consumedStatements(of: plans),
            evidence: job.kind == .refresh || job.kind == .resign ? [] : unconsumedEvidence, rateUses: rateUses)
        return ExplainedDecision(decision: .admitted(admitted), findings: findings, unreached: [], equivocations: [])
    }

    /// What the rules say that are about the job's matter.
    private func findings(on changes: [ReviewedChange]) -> [Finding] {
        switch job.kind {
        case .update:
            changes.flatMap { identityFindings(on: $0, among: changes) }
                + changes.flatMap { evidenceFindings(on: $0, among: changes) }
                + changes.flatMap { anyFindings(on: $0, among: changes) }
                + changes.flatMap { replacesFindings(on: $0, among: changes) }
        case .repositoryImport:
            changes.flatMap { identityFindings(on: $0, among: changes) } + changes.map(importFinding)
        case .refresh:
            changes.map { Finding(.refresh, on: "\($0.location)", refreshRefusals(of: $0)) }
        case .resign: changes.flatMap(resigningFindings)
        }
    }

    /// Takes each item one stage further, or finds why it goes no further.
    private func passed<Item, Next>(
        _ items: [Item], _ rule: Rule, at location: (Item) -> DatabaseLocation, _ findings: inout [Finding],
        _ step: (Item, inout [Refusal]) -> Next?
    ) -> [Next] {
        items.compactMap { item in
            var refusals: [Refusal] = []
            let next = step(item, &refusals)
            findings.append(Finding(rule, on: "\(location(item))", refusals))
            return next
        }
    }

    private func refused(
        by findings: [Finding], equivocating equivocations: [EquivocationRecord] = []
    ) -> ExplainedDecision {
        let stages = Rule.stages(of: job.kind)
        let reached = stages.firstIndex { stage in findings.last.map { stage.contains($0.rule) } ?? false } ?? 0
        return ExplainedDecision(
            decision: .refused(findings.flatMap(\.refusals).withoutRepetition()), findings: findings,
            unreached: Array(stages.dropFirst(reached + 1).joined()), equivocations: equivocations)
    }
}

extension [Finding] {
    /// Whether every rule that was asked holds.
    fileprivate var hold: Bool { allSatisfy(\.refusals.isEmpty) }
}

extension [Refusal] {
    /// The refusals in their order, each once.
    func withoutRepetition() -> [Refusal] {
        var seen = Set<Refusal>()
        return filter { seen.insert($0).inserted }
    }
}
