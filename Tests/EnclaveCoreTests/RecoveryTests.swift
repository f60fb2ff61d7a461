import Attestation
import Cryptography
import EnclaveCore
import Policy
import Refusals
import SigningProtocol
import Testing

@Suite("Recovery") struct RecoveryTests {
    let current: Distribution
    /// Policy 2, in which grace has frank's place.
    let next: Distribution
    let head = SHA256.digest(of: [1])
    let trustees = Distribution.developers

    init() throws {
        current = try Distribution()
        let digest = current.policy.digest.hex
        next = try Distribution { document in
            document["version"] = .string("2")
            document["previous"] = .string(digest)
            document["expires"] = .string("2037-01-01T00:00:00Z")
            guard case .array(let people) = document["people"],
                let grace = try? Distribution.person("grace", "sysop", seed: 9)
            else { return }
            document["people"] = .array(people.dropLast() + [grace])
        }
    }

    private func review(_ content: Motion.Content, now: UInt64 = Distribution.start) -> MotionReview {
        let memory = MotionMemory(
            distribution: current.policy.digest, lastTime: Distribution.start - 50, logSize: 7, logRoot: head,
            consumedStatements: [])
        return MotionReview(
            of: Motion(content, evidence: []), under: current.policy, remembering: memory, now: now)
    }

    private func approvals(
        _ signers: [String], by keys: Distribution, until: UInt64 = Distribution.start + 100, forRecovery: Bool = true
    ) throws -> CheckedEvidence {
        CheckedEvidence(
            verified: try signers.map { signer in
                try keys.verified(
                    .policyApproval(
                        PolicyApproval(
                            header: current.header(signer, until: until), version: 2, policy: next.policy.digest,
                            isForRecovery: forRecovery)))
            })
    }

    private func decision(
        _ signers: [String], underSuccessor others: [String], now: UInt64 = Distribution.start
    ) throws -> MotionDecision {
        review(.recovery(next.bytes), now: now).decision(
            try approvals(signers, by: current, until: now + 1),
            underSuccessor: try approvals(others, by: next, until: now + 1))
    }

    @Test("the recovery quorum announces a policy that its own quorum approves, and nothing is in force by that")
    func announcement() throws {
        let admitted = try #require(try decision(trustees, underSuccessor: ["erin", "grace"]).admitted)
        guard case .announcement(let policy, let bytes) = admitted.effect else {
            Issue.record("\(admitted.effect)")
            return
        }
        #expect(policy == next.policy && bytes == next.bytes)
        let record = RecoveryRecord(
            version: 2, digest: next.policy.digest, delay: 604_800, evidence: admitted.consumedStatements,
            time: Distribution.start)
        #expect(admitted.leaves == [.recovery(record)])
        #expect(admitted.consumedStatements.count == 5)
    }

    @Test(
        "neither quorum is enough alone, and sysops are none of those who recover",
        arguments: [
            (["alice", "bob"], ["erin", "grace"]), (["alice", "bob", "bob"], ["erin", "grace"]),
            (["erin", "frank", "alice"], ["erin", "grace"]), (["alice", "bob", "carol"], ["erin"]),
            (["alice", "bob", "carol"], []),
        ])
    func shortfalls(signers: [String], others: [String]) throws {
        #expect(try decision(signers, underSuccessor: others).admitted == nil)
    }

    @Test("those who recover cannot bring a policy into force at once")
    func notAtOnce() throws {
        let decision = review(.policy(next.bytes)).decision(
            try approvals(trustees, by: current, forRecovery: false),
            underSuccessor: try approvals(["erin", "grace"], by: next, forRecovery: false))
        #expect(decision.admitted == nil)
    }

    @Test("an approval serves a recovery or the next policy, as its signer said, and is used up by nothing else")
    func purposes() throws {
        let sysops = try [true, false].map { purpose in
            try (
                approvals(["erin", "frank"], by: current, forRecovery: purpose),
                approvals(["erin", "grace"], by: next, forRecovery: purpose)
            )
        }
        let policy = review(.policy(next.bytes))
        #expect(policy.decision(sysops[0].0, underSuccessor: sysops[0].1).admitted == nil)
        #expect(policy.decision(sysops[1].0, underSuccessor: sysops[1].1).admitted != nil)
        let recovery = review(.recovery(next.bytes))
        let trustees = try approvals(trustees, by: current)
        #expect(recovery.decision(trustees, underSuccessor: sysops[1].1).admitted == nil)
        let both = CheckedEvidence(verified: trustees.verified + sysops[1].0.verified)
        let more = CheckedEvidence(verified: sysops[0].1.verified + sysops[1].1.verified)
        let admitted = try #require(recovery.decision(both, underSuccessor: more).admitted)
        #expect(Set(admitted.consumedStatements) == Set((trustees.verified + sysops[0].1.verified).map(\.digest)))
    }

    @Test("an expired policy can be recovered from")
    func expired() throws {
        let afterwards = current.policy.expires + 100
        #expect(try decision(trustees, underSuccessor: ["erin", "grace"], now: afterwards).admitted != nil)
    }

    @Test(
        "what has waited comes into force on the evidence of its announcement, unless another policy is in force by then"
    )
    func completion() throws {
        let evidence = [SHA256.digest(of: [2])]
        let admitted = try #require(review(.policy(next.bytes)).decision(announcedBy: evidence).admitted)
        let record = PolicyRecord(
            version: 2, digest: next.policy.digest, evidence: evidence, time: Distribution.start)
        #expect(admitted.leaves == [.policy(record)])
        #expect(admitted.consumedStatements.isEmpty)
        let late = review(.policy(next.bytes), now: next.policy.expires)
        #expect(late.decision(announcedBy: evidence).admitted == nil)
        let memory = MotionMemory(
            distribution: current.policy.digest, lastTime: 0, logSize: 8, logRoot: head, consumedStatements: [])
        let overtaken = MotionReview(
            of: Motion(.policy(next.bytes), evidence: []), under: next.policy, remembering: memory,
            now: Distribution.start)
        #expect(overtaken.decision(announcedBy: evidence).admitted == nil)
    }

    @Test("the recovery quorum confirms the time, too, so that no start keeps it out")
    func clock() throws {
        let time = Distribution.start
        func confirmations(_ signers: [String]) throws -> CheckedEvidence {
            CheckedEvidence(
                verified: try signers.map { signer in
                    try current.verified(
                        .clockConfirmation(
                            ClockConfirmation(header: current.header(signer), time: time, logSize: 7, logRoot: head)))
                })
        }
        let review = review(.clock(time: time, logSize: 7, logRoot: head))
        #expect(review.decision(try confirmations(trustees)).admitted != nil)
        #expect(review.decision(try confirmations(["alice", "bob"])).admitted == nil)
    }
}

extension MotionDecision {
    fileprivate var admitted: AdmittedMotion? {
        if case .admitted(let motion) = self { motion } else { nil }
    }
}
