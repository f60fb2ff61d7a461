import Attestation
public import Cryptography
public import Policy
public import Refusals
public import SigningProtocol
import TransparencyLog

/// The decision about one motion: a pure function of the motion, the policy, the memory, the evidence and the time.
///
/// Motions pass under an expired policy too, since its successor is one of them (H19).
public struct MotionReview: Sendable {
    /// The most envelopes that a motion may carry.
    private static let maximumEnvelopes = 64

    let motion: Motion
    let policy: SigningPolicy
    let memory: MotionMemory
    let now: UInt64

    /// Prepares the review of a motion at a time in Unix seconds; for one about the clock it is what the wall clock reads.
    public init(of motion: Motion, under policy: SigningPolicy, remembering memory: MotionMemory, now: UInt64) {
        self.motion = motion
        self.policy = policy
        self.memory = memory
        self.now = now
    }

    /// Why the motion is refused whatever its evidence, before anything is verified; empty if its form is in order.
    public func formRefusals() -> [Refusal] {
        guard motion.evidence.count <= Self.maximumEnvelopes else {
            return [.jobTooLarge(limit: UInt64(Self.maximumEnvelopes))]
        }
        switch motion.content {
        case .policy(let bytes), .recovery(let bytes):
            do throws(PolicyError) { return successionRefusals(by: try SigningPolicy(parsing: bytes)) } catch {
                return [.policyUnsound(reason: "\(error)")]
            }
        case .clock(let time, let logSize, let logRoot):
            guard logSize == memory.logSize, logRoot == memory.logRoot else {
                return [.staleSerial(current: memory.logSize)]
            }
            return max(time, now) - min(time, now) > EnclaveClock.allowedConfirmationDelay ? [.clockSuspect] : []
        case .revocation(_, let packages):
            return packages.isEmpty ? [.entryInvalid(field: "a revocation of nothing")] : []
        case .resumption: return resumptionRefusals()
        }
    }

    /// The people who approve a policy say from when on it counts, not whoever hands it in.
    private func successionRefusals(by next: SigningPolicy) -> [Refusal] {
        let isInForce = next.notBefore <= now && now < next.expires
        return policy.refusals(succeededBy: next)
            + (isInForce ? [] : [.policyUnsound(reason: "now is not between its notBefore and expires")])
    }

    /// Decides by evidence that was verified with the keys of the policy in force and, for a policy that follows it, by
    /// the same evidence as it verified with that one's.
    ///
    /// Nobody looks at the keys of another policy before the one in force approved it.
    public func decision(_ evidence: CheckedEvidence, underSuccessor: CheckedEvidence? = nil) -> MotionDecision {
        let refusals = formRefusals()
        guard refusals.isEmpty else { return .refused(refusals) }
        let evidence = sorted(evidence, by: policy)
        switch motion.content {
        case .policy(let bytes), .recovery(let bytes):
            guard let next = try? SigningPolicy(parsing: bytes) else { return .refused([.policyVersionNotNext]) }
            return decision(about: next, bytes, evidence, underSuccessor: underSuccessor.map { sorted($0, by: next) })
        case .clock(let time, let logSize, let logRoot):
            return decision(by: .clock, evidence) { statement in
                guard case .clockConfirmation(let confirmation) = statement else { return false }
                return confirmation.time == time && confirmation.logSize == logSize && confirmation.logRoot == logRoot
            } admitting: { confirmations in
                (.clock(now), [.clock(ClockRecord(before: memory.lastTime, evidence: confirmations, time: now))])
            }
        case .revocation(let reason, let packages):
            return decision(by: .revocation, evidence) { statement in
                guard case .revocation(let revocation) = statement else { return false }
                return revocation.reason == reason && revocation.packages == packages
            } admitting: { statements in
                let leaves = packages.map { RevocationRecord(package: $0, evidence: statements, time: now) }
                return (.revocation(packages.map(\.sha256)), leaves.map(LogEntry.revocation))
            }
        case .resumption: return resumption(evidence)
        }
    }

    /// Invariant 5 for the policy itself: the quorums of both, each counted wholly among its own people.
    private func decision(
        about next: SigningPolicy, _ bytes: [UInt8], _ evidence: Evidence, underSuccessor: Evidence?
    ) -> MotionDecision {
        let isRecovery = motion.content.isRecovery
        let shortfall = policy.refusals(
            approving: next, by: isRecovery ? .recovery : .policy, inRecovery: isRecovery, evidence: evidence.usable)
        guard shortfall.isEmpty else { return .refused(evidence.explaining(shortfall)) }
        guard let underSuccessor else { return .leftToSuccessor(next) }
        let ownShortfall = next.refusals(
            approving: next, inRecovery: isRecovery, evidence: underSuccessor.usable)
        guard ownShortfall.isEmpty else { return .refused(underSuccessor.explaining(ownShortfall)) }
        let approving = (evidence.usable + underSuccessor.usable).filter { $0.approves(next, inRecovery: isRecovery) }
        let approvals = Set(approving.map(\.digest)).sorted()
        guard isRecovery else { return .admitted(succession(by: next, bytes, approvals)) }
        let record = RecoveryRecord(
            version: next.version, digest: next.digest, delay: policy.limits.recoveryDelaySeconds,
            evidence: approvals, time: now)
        return .admitted(
            AdmittedMotion(
                effect: .announcement(next, bytes: bytes), leaves: [.recovery(record)], consumedStatements: approvals))
    }

    private func succession(
        by next: SigningPolicy, _ bytes: [UInt8], _ approvals: [SHA256Digest]
    ) -> AdmittedMotion {
        let record = PolicyRecord(version: next.version, digest: next.digest, evidence: approvals, time: now)
        return AdmittedMotion(
            effect: .policy(next, bytes: bytes), leaves: [.policy(record)], consumedStatements: approvals)
    }

    /// What a policy does that was announced on the evidence of these statements, and has waited long enough; the motion is
    /// the one that brings this policy.
    public func decision(announcedBy statements: [SHA256Digest]) -> MotionDecision {
        let refusals = formRefusals()
        guard refusals.isEmpty else { return .refused(refusals) }
        guard case .policy(let bytes) = motion.content, let next = try? SigningPolicy(parsing: bytes) else {
            return .refused([.policyVersionNotNext])
        }
        // The announcement used them up.
        let admitted = succession(by: next, bytes, statements)
        return .admitted(AdmittedMotion(effect: admitted.effect, leaves: admitted.leaves, consumedStatements: []))
    }

    /// H23: a head that this log had never, or has no more, locks the enclave; sysops confirm the newest one only.
    private func resumptionRefusals() -> [Refusal] {
        switch memory.shownHead {
        case .foreign: [.entryInvalid(field: "motion.note: a checkpoint that the key of this log signed")]
        case .contradicting: [.enclaveLocked(reason: "checkpoint")]
        case .known(let head):
            restart == .quorum && head.size != memory.logSize
                ? [.staleSerial(current: memory.logSize)] : []
        }
    }

    /// What the policy says; nobody's word is enough for a memory that comes from a backup.
    private var restart: RestartRule { memory.isRestored ? .quorum : policy.enclave.restart }

    /// The peer's word is enough, or the policy quorum states the head for this very start.
    private func resumption(_ evidence: Evidence) -> MotionDecision {
        switch restart {
        case .peer: .admitted(AdmittedMotion(effect: .resumption, leaves: [], consumedStatements: []))
        case .quorum:
            decision(by: .head, evidence) { statement in
                guard case .headConfirmation(let head) = statement else { return false }
                return head.logSize == memory.logSize && head.logRoot == memory.logRoot && head.start == memory.start
            } admitting: { confirmations in
                let record = HeadRecord(
                    size: memory.logSize, root: memory.logRoot, evidence: confirmations, time: now)
                return (.resumption, [.head(record)])
            }
        }
    }

    /// A motion that a quorum of the policy in force decides by statements that say exactly what the motion says.
    private func decision(
        by quorum: QuorumKind, _ evidence: Evidence, where says: (Statement) -> Bool,
        admitting effect: ([SHA256Digest]) -> (AdmittedMotion.Effect, [LogEntry])
    ) -> MotionDecision {
        let matching = evidence.usable.filter { says($0.statement) }
        let shortfall = policy.refusals(quorum: quorum, over: matching)
        guard shortfall.isEmpty else { return .refused(evidence.explaining(shortfall)) }
        let statements = matching.map(\.digest).sorted()
        let (change, leaves) = effect(statements)
        return .admitted(AdmittedMotion(effect: change, leaves: leaves, consumedStatements: statements))
    }

    /// The evidence that may count: all of it was made under the policy in force, whoever's keys verified it.
    private func sorted(_ checked: CheckedEvidence, by keys: SigningPolicy) -> Evidence {
        let unused = checked.verified.filter { !memory.consumedStatements.contains($0.digest) }
        let usedBefore: [Refusal] = unused.count < checked.verified.count ? [.statementConsumed] : []
        return Evidence(
            sorting: unused, rejected: usedBefore + checked.rejected, policy: keys, madeUnder: policy,
            distribution: memory.distribution, now: now)
    }
}

extension Motion.Content {
    fileprivate var isRecovery: Bool { if case .recovery = self { true } else { false } }
}
