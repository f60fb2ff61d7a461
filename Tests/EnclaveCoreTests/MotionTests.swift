import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import Refusals
import SigningProtocol
import TestSupport
import Testing
import TransparencyLog

@Suite("Motions") struct MotionTests {
    let current: Distribution
    /// Policy 2: grace, who has frank's place.
    let next: Distribution
    let head = SHA256.digest(of: [1])

    init() throws {
        current = try Distribution()
        let digest = current.policy.digest.hex
        next = try Distribution { document in
            document["version"] = .string("2")
            document["previous"] = .string(digest)
            document["expires"] = .string("2037-01-01T00:00:00Z")
            Self.replaceFrank(in: &document, by: "grace", seed: 9)
        }
    }

    private static func replaceFrank(in document: inout [String: JSONValue], by id: String, seed: UInt8) {
        guard case .array(let people) = document["people"],
            let person = try? Distribution.person(id, "sysop", seed: seed)
        else { return }
        document["people"] = .array(people.dropLast() + [person])
    }

    private func review(
        _ content: Motion.Content, consumed: Set<SHA256Digest> = [], now: UInt64 = Distribution.start
    ) -> MotionReview {
        let memory = MotionMemory(
            distribution: current.policy.digest, lastTime: Distribution.start - 50, logSize: 7, logRoot: head,
            consumedStatements: consumed)
        return MotionReview(
            of: Motion(content, evidence: []), under: current.policy, remembering: memory, now: now)
    }

    /// A person's approval of policy 2, made under policy 1 and verified by the person's key in a policy.
    private func approval(
        _ signer: String, by keys: Distribution? = nil, until: UInt64 = Distribution.start + 100
    ) throws -> VerifiedStatement {
        let header = try current.header(signer, until: until)
        return try (keys ?? current).verified(
            .policyApproval(PolicyApproval(header: header, version: 2, policy: next.policy.digest)))
    }

    private func decision(
        _ signers: [String], underSuccessor others: [String]?, now: UInt64 = Distribution.start
    ) throws -> MotionDecision {
        let evidence = CheckedEvidence(verified: try signers.map { try approval($0, until: now + 1) })
        let own = try others.map { others in
            CheckedEvidence(verified: try others.map { try approval($0, by: next, until: now + 1) })
        }
        return review(.policy(next.bytes), now: now).decision(evidence, underSuccessor: own)
    }

    @Test("the next policy needs the quorum of the one in force, and then its own with its own keys")
    func bothQuorums() throws {
        #expect(try decision(["erin"], underSuccessor: nil).refusals == [.policyQuorumNotMet])
        #expect(try decision(["erin", "alice"], underSuccessor: ["erin", "grace"]).refusals == [.policyQuorumNotMet])
        guard case .leftToSuccessor = try decision(["erin", "frank"], underSuccessor: nil) else {
            Issue.record("the successor's keys were not asked for")
            return
        }
        #expect(try decision(["erin", "frank"], underSuccessor: ["erin"]).refusals == [.policyQuorumNotMet])
        let admitted = try #require(try decision(["erin", "frank"], underSuccessor: ["erin", "grace"]).admitted)
        let approvals = try ["erin", "frank", "grace"].map { try approval($0, by: next, until: Distribution.start + 1) }
        #expect(admitted.consumedStatements == approvals.map(\.digest).sorted())
        guard case .policy(let policy, let bytes) = admitted.effect else {
            Issue.record("\(admitted.effect)")
            return
        }
        #expect(policy == next.policy && bytes == next.bytes)
        let record = PolicyRecord(
            version: 2, digest: next.policy.digest, evidence: approvals.map(\.digest), time: Distribution.start)
        #expect(admitted.leaves == [.policy(record)])
    }

    @Test("a person who lost a key approves the policy that replaces it with the new key, under the new policy only")
    func lostKey() throws {
        let digest = current.policy.digest.hex
        let renewed = try Distribution { document in
            document["version"] = .string("2")
            document["previous"] = .string(digest)
            Self.replaceFrank(in: &document, by: "frank", seed: 9)
        }
        func approval(_ signer: String, by keys: Distribution) throws -> VerifiedStatement {
            try keys.verified(
                .policyApproval(
                    PolicyApproval(header: current.header(signer), version: 2, policy: renewed.policy.digest)))
        }
        let review = review(.policy(renewed.bytes))
        let old = CheckedEvidence(verified: try ["erin", "frank"].map { try approval($0, by: current) })
        let new = CheckedEvidence(verified: try ["erin", "frank"].map { try approval($0, by: renewed) })
        #expect(review.decision(old, underSuccessor: old).refusals == [.unknownSigner, .policyQuorumNotMet])
        #expect(review.decision(new, underSuccessor: new).refusals == [.unknownSigner, .policyQuorumNotMet])
        #expect(review.decision(old, underSuccessor: new).admitted != nil)
    }

    @Test("an expired policy still gives way to its successor")
    func expiredPolicy() throws {
        let afterwards = current.policy.expires + 100
        #expect(try decision(["erin", "frank"], underSuccessor: ["erin", "grace"], now: afterwards).admitted != nil)
    }

    @Test(
        "a policy comes into force neither before its time nor after it",
        arguments: [("2035-12-31T00:00:00Z", "2037-01-01T00:00:00Z"), ("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z")])
    func successorInItsTime(_ notBefore: String, _ expires: String) throws {
        let digest = current.policy.digest.hex
        let untimely = try Distribution { document in
            document["version"] = .string("2")
            document["previous"] = .string(digest)
            document["notBefore"] = .string(notBefore)
            document["expires"] = .string(expires)
        }
        let refusals = review(.policy(untimely.bytes)).formRefusals()
        #expect(refusals == [.policyUnsound(reason: "now is not between its notBefore and expires")])
    }

    @Test("an approval that is too old, or was used before, does not count")
    func spentApprovals() throws {
        let late = try review(.policy(next.bytes), now: Distribution.start + 200)
            .decision(CheckedEvidence(verified: [approval("erin"), approval("frank")]))
        #expect(late.refusals == [.evidenceExpired, .evidenceExpired, .policyQuorumNotMet])
        let (erin, frank) = (try approval("erin"), try approval("frank"))
        let again = review(.policy(next.bytes), consumed: [erin.digest])
            .decision(CheckedEvidence(verified: [erin, frank]))
        #expect(again.refusals == [.statementConsumed, .policyQuorumNotMet])
    }

    @Test("what is no policy, and a policy that does not follow, is refused before anything is verified")
    func form() throws {
        let skipped = try Distribution { document in document["version"] = .string("3") }
        #expect(review(.policy(skipped.bytes)).formRefusals() == [.policyVersionNotNext])
        #expect(review(.policy(current.bytes)).formRefusals() == [.policyVersionNotNext])
        #expect(review(.policy(Array("{}".utf8))).formRefusals().map(\.code) == ["policyUnsound"])
        #expect(review(.policy(next.bytes)).formRefusals() == [])
    }

    @Test("a motion carries a bounded number of statements")
    func envelopes() throws {
        let envelope = Envelope(payload: [], signature: [])
        let memory = MotionMemory(
            distribution: current.policy.digest, lastTime: 0, logSize: 0, logRoot: head, consumedStatements: [])
        let refusals = [64, 65].map { count in
            MotionReview(
                of: Motion(.policy(next.bytes), evidence: [Envelope](repeating: envelope, count: count)),
                under: current.policy, remembering: memory, now: Distribution.start
            ).formRefusals()
        }
        #expect(refusals == [[], [.jobTooLarge(limit: 64)]])
    }

    private func confirmation(_ signer: String, time: UInt64 = Distribution.start, size: UInt64 = 7) throws
        -> VerifiedStatement
    {
        try current.verified(
            .clockConfirmation(
                ClockConfirmation(header: current.header(signer), time: time, logSize: size, logRoot: head)))
    }

    private func clock(time: UInt64 = Distribution.start, size: UInt64 = 7, root: SHA256Digest? = nil) -> Motion.Content
    {
        .clock(time: time, logSize: size, logRoot: root ?? head)
    }

    @Test("a clock is confirmed by its quorum, in words that say exactly the same")
    func confirmedClock() throws {
        let (erin, frank) = (try confirmation("erin"), try confirmation("frank"))
        let lacking = Refusal.notEnoughApprovals(kind: "clockConfirmation", role: "sysop", have: 1, need: 2)
        let others = try [erin, confirmation("frank", time: Distribution.start + 1), confirmation("frank", size: 8)]
        for other in others {
            #expect(review(clock()).decision(CheckedEvidence(verified: [erin, other])).refusals == [lacking])
        }
        let alice = try review(clock()).decision(CheckedEvidence(verified: [erin, confirmation("alice")]))
        #expect(alice.refusals == [lacking, .roleNotHeld])
        let admitted = try #require(review(clock()).decision(CheckedEvidence(verified: [erin, frank])).admitted)
        guard case .clock(Distribution.start) = admitted.effect else {
            Issue.record("\(admitted.effect)")
            return
        }
        let record = ClockRecord(
            before: Distribution.start - 50, evidence: [erin.digest, frank.digest], time: Distribution.start)
        #expect(admitted.leaves == [.clock(record)])
        #expect(admitted.consumedStatements == [erin.digest, frank.digest].sorted())
    }

    @Test(
        "the wall clock must be within ten minutes of what is confirmed",
        arguments: [(600, []), (601, [Refusal.clockSuspect]), (-600, []), (-601, [Refusal.clockSuspect])])
    func distance(seconds: Int, refusals: [Refusal]) {
        let time = UInt64(Int(Distribution.start) + seconds)
        #expect(review(clock(time: time)).formRefusals() == refusals)
    }

    @Test("a clock is confirmed at the head that the log has, and at no other")
    func otherHead() {
        #expect(review(clock(size: 6)).formRefusals() == [.staleSerial(current: 7)])
        #expect(review(clock(root: SHA256.digest(of: []))).formRefusals() == [.staleSerial(current: 7)])
    }

    @Test("contents are revoked by their quorum, for one reason and all at once")
    func revocation() throws {
        let packages = try ["one", "two"].map { name in
            PackageArtefact(
                name: try PackageName(parsing: name), version: try Version(parsing: "1-1"),
                sha256: SHA256.digest(of: Array(name.utf8)))
        }.sorted { $0.sha256 < $1.sha256 }
        func revoking(
            _ signer: String, _ packages: [PackageArtefact], because reason: Revocation.Reason = .compromised
        ) throws -> VerifiedStatement {
            try current.verified(
                .revocation(Revocation(header: current.header(signer), reason: reason, packages: packages)))
        }
        let review = review(.revocation(.compromised, packages))
        let erin = try revoking("erin", packages)
        let lacking = Refusal.notEnoughApprovals(kind: "revocation", role: "sysop", have: 1, need: 2)
        let others = try [revoking("frank", packages, because: .mistaken), revoking("frank", [packages[0]]), erin]
        for other in others {
            #expect(review.decision(CheckedEvidence(verified: [erin, other])).refusals == [lacking])
        }
        let frank = try revoking("frank", packages)
        let admitted = try #require(review.decision(CheckedEvidence(verified: [erin, frank])).admitted)
        guard case .revocation(let revoked) = admitted.effect else {
            Issue.record("\(admitted.effect)")
            return
        }
        #expect(revoked == packages.map(\.sha256))
        #expect(admitted.leaves.count == 2)
        #expect(self.review(.revocation(.compromised, [])).formRefusals().map(\.code) == ["entryInvalid"])
    }

    private static let start = [UInt8](repeating: 7, count: 16)

    private func resumption(
        restart: RestartRule, shown: ShownHead, _ evidence: [VerifiedStatement] = [], isRestored: Bool = false
    ) throws -> MotionDecision {
        let distribution = try Distribution { document in
            guard case .object(var enclave) = document["enclave"] else { return }
            enclave["restart"] = .string(restart.rawValue)
            document["enclave"] = .object(enclave)
        }
        let memory = MotionMemory(
            distribution: current.policy.digest, lastTime: 0, logSize: 7, logRoot: head, consumedStatements: [],
            start: Self.start, shownHead: shown, isRestored: isRestored)
        return MotionReview(
            of: Motion(.resumption(note: []), evidence: []), under: distribution.policy, remembering: memory,
            now: Distribution.start
        ).decision(CheckedEvidence(verified: evidence))
    }

    private func checkpoint(_ size: UInt64) throws -> Checkpoint {
        try Checkpoint(origin: "example.org/log", size: size, root: head)
    }

    @Test(
        "what no log key signed says nothing, and a head that the log does not have locks it",
        arguments: RestartRule.allCases)
    func badHeads(rule: RestartRule) throws {
        #expect(try resumption(restart: rule, shown: .foreign).refusals?.map(\.code) == ["entryInvalid"])
        let locked = try resumption(restart: rule, shown: .contradicting(checkpoint(8)))
        #expect(locked.refusals == [.enclaveLocked(reason: "checkpoint")])
    }

    @Test("the peer's word for any head that the log had is enough where the policy says so, and leaves no leaf")
    func peer() throws {
        let admitted = try #require(try resumption(restart: .peer, shown: .known(checkpoint(5))).admitted)
        #expect(admitted.leaves.isEmpty && admitted.consumedStatements.isEmpty)
    }

    @Test(
        "elsewhere, and after a restore everywhere, the policy quorum confirms the newest head, for this start",
        arguments: [(RestartRule.quorum, false), (.quorum, true), (.peer, true)])
    func confirmedHead(restart: RestartRule, isRestored: Bool) throws {
        func confirmation(
            _ signer: String, size: UInt64 = 7, start: [UInt8] = Self.start
        ) throws -> VerifiedStatement {
            try current.verified(
                .headConfirmation(
                    HeadConfirmation(header: current.header(signer), logSize: size, logRoot: head, start: start)))
        }
        func decision(_ shown: ShownHead, _ evidence: [VerifiedStatement]) throws -> MotionDecision {
            try resumption(restart: restart, shown: shown, evidence, isRestored: isRestored)
        }
        let newest = ShownHead.known(try checkpoint(7))
        let (erin, frank) = (try confirmation("erin"), try confirmation("frank"))
        let earlier = try decision(.known(checkpoint(6)), [erin, frank])
        #expect(earlier.refusals == [.staleSerial(current: 7)])
        let lacking = Refusal.notEnoughApprovals(kind: "headConfirmation", role: "sysop", have: 1, need: 2)
        let otherStart = try confirmation("frank", start: Array(1...16))
        for other in try [erin, confirmation("frank", size: 6), otherStart] {
            #expect(try decision(newest, [erin, other]).refusals == [lacking])
        }
        let admitted = try #require(try decision(newest, [erin, frank]).admitted)
        let record = HeadRecord(
            size: 7, root: head, evidence: [erin.digest, frank.digest], time: Distribution.start)
        #expect(admitted.leaves == [.head(record)])
    }

    @Test("a note is compared with the log as it was at the note's size")
    func shownHeads() throws {
        let key = try Ed25519PrivateKey(seed: [UInt8](repeating: 41, count: 32))
        let noteKey = try NoteKey(name: "example.org/log", key: key.publicKey)
        let roots = (0...3).map { SHA256.digest(of: [UInt8($0)]) }
        func shown(
            _ size: UInt64, _ root: SHA256Digest, origin: String = "example.org/log", seed: UInt8 = 41
        ) throws -> ShownHead {
            let text = try Checkpoint(origin: origin, size: size, root: root).text
            let signer = try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
            let signature = try signer.sign(Array(text.utf8))
            let named = try NoteKey(name: "example.org/log", key: signer.publicKey)
            let note = try SignedNote(text: text, signatures: [NoteSignature(by: named, signature)])
            return ShownHead(in: note.bytes, of: noteKey, size: 3) { roots[Int($0)] }
        }
        #expect(try shown(2, roots[2]) == .known(Checkpoint(origin: "example.org/log", size: 2, root: roots[2])))
        #expect(try shown(3, roots[3]) == .known(Checkpoint(origin: "example.org/log", size: 3, root: roots[3])))
        for (size, root) in [(2, roots[1]), (4, roots[3]), (UInt64.max, roots[0])] {
            let head = try Checkpoint(origin: "example.org/log", size: size, root: root)
            #expect(try shown(size, root) == .contradicting(head))
        }
        #expect(try shown(4, roots[3], origin: "example.org/other") == .foreign)
        #expect(try shown(4, roots[3], seed: 42) == .foreign)
        #expect(ShownHead(in: [1], of: noteKey, size: 3) { roots[Int($0)] } == .foreign)
    }

    @Test("a key leaves each repository that the next policy has, unless it is named still")
    func retirements() throws {
        let key = try #require(current.policy.enclave.repositoryKeys.first?.fingerprint)
        #expect(current.policy.retirements(in: next.policy).isEmpty)
        let renewed = try Distribution(repositoryKeySeed: 44)
        let successor = try #require(renewed.policy.enclave.repositoryKeys.first?.fingerprint)
        let leaving = current.policy.retirements(in: renewed.policy)
        #expect(leaving.map(\.repository.text) == ["core", "testing"])
        #expect(leaving.allSatisfy { $0.key == key && $0.successor == successor })
        let first = try #require(leaving.first)
        #expect(first.refusal(packages: 0, databases: 0) == nil)
        #expect(first.refusal(packages: 2, databases: 1)?.description.contains("2 packages of core") == true)
        #expect(first.refusal(packages: 0, databases: 1)?.description.contains("1 databases of core") == true)
    }
}

extension MotionDecision {
    fileprivate var refusals: [Refusal]? {
        guard case .refused(let refusals) = self else { return nil }
        return refusals
    }

    fileprivate var admitted: AdmittedMotion? {
        guard case .admitted(let motion) = self else { return nil }
        return motion
    }
}
