import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol
import Testing

@Suite("Overrides") struct OverrideTests {
    var enclave: PaperEnclave
    let lower: SamplePackage

    init() throws {
        enclave = PaperEnclave(try Distribution())
        lower = try SamplePackage("tree", "1.0-1")
        let higher = try SamplePackage("tree", "2.0-1")
        _ = try enclave.perform(enclave.job(adding: [higher]), enclave.evidence(for: [higher]))
    }

    func ask(_ package: SamplePackage, with more: [VerifiedStatement]) throws -> (Job, [VerifiedStatement]) {
        (try enclave.job(adding: [package]), try enclave.evidence(for: [package]) + more)
    }

    mutating func add(_ package: SamplePackage, with more: [VerifiedStatement]) throws -> [String] {
        let (job, evidence) = try ask(package, with: more)
        return enclave.perform(job, evidence)
    }

    func overrides(of package: SamplePackage, by people: String..., in repository: String = "core") throws
        -> [VerifiedStatement]
    {
        try people.map { try enclave.override(for: package, by: $0, in: repository) }
    }

    @Test("two sysops let a version go back, and one of them or developers do not") mutating func quorum() throws {
        #expect(try add(lower, with: []) == ["downgrade"])
        #expect(try add(lower, with: overrides(of: lower, by: "erin")) == ["downgrade", "notEnoughApprovals"])
        #expect(
            try add(lower, with: overrides(of: lower, by: "erin", "alice"))
                == ["downgrade", "notEnoughApprovals", "roleNotHeld"])
        #expect(try add(lower, with: overrides(of: lower, by: "erin", "frank")) == ["serial 2"])
    }

    @Test("an override for another content, version or repository lifts nothing") mutating func exactly() throws {
        for other in [
            try overrides(of: SamplePackage("tree", "1.0-1", content: "other"), by: "erin", "frank"),
            try overrides(of: SamplePackage("tree", "1.0-2"), by: "erin", "frank"),
            try overrides(of: lower, by: "erin", "frank", in: "testing"),
        ] {
            #expect(try add(lower, with: other) == ["downgrade"])
        }
    }

    @Test("an override is no evidence, and leaves one content per version as it is") mutating func nothingElse() throws
    {
        let overrides = try overrides(of: lower, by: "erin", "frank")
        #expect(try enclave.perform(enclave.job(adding: [lower]), overrides).first == "notEnoughApprovals")
        let other = try SamplePackage("tree", "2.0-1", content: "other")
        #expect(try add(other, with: self.overrides(of: other, by: "erin", "frank")) == ["alreadySigned"])
    }

    @Test("an override counts once, and what follows still exceeds everything that ever was")
    mutating func once() throws {
        let first = try overrides(of: lower, by: "erin", "frank")
        #expect(try add(lower, with: first) == ["serial 2"])
        #expect(enclave.consumed == Set(first.map(\.digest)))
        #expect(try add(SamplePackage("tree", "1.5-1"), with: []) == ["downgrade"])
        let higher = try SamplePackage("tree", "2.0-1")
        #expect(try add(higher, with: []) == ["serial 3"])
        #expect(try add(lower, with: first) == ["downgrade", "statementConsumed", "notEnoughApprovals"])
    }

    @Test("an override that was not needed is not used up") mutating func unneeded() throws {
        let higher = try SamplePackage("tree", "3.0-1")
        #expect(try add(higher, with: overrides(of: higher, by: "erin", "frank")) == ["serial 2"])
        #expect(enclave.consumed.isEmpty)
    }

    @Test("an override is a leaf before the admissions, with the statements that it rests on") func leaf() throws {
        let overrides = try overrides(of: lower, by: "erin", "frank")
        let (job, evidence) = try ask(lower, with: overrides)
        guard case .admitted(let admission) = enclave.decision(job, evidence) else {
            Issue.record("the job was refused")
            return
        }
        let plan = try SigningPlan(
            signing: admission, of: job.hash, under: enclave.distribution.policy, remembering: enclave.memory,
            firstLeafIndex: 7, at: enclave.now)
        let leaves = SignedJob(plan, packets: plan.requests.map { _ in [1] }).leaves
        let kinds = try leaves.map { try FieldReader(CanonicalJSON.parse($0), keys: Self.keys($0)).text("kind") }
        #expect(kinds == ["override", "admission", "database"])
        let text = String(decoding: leaves[0], as: UTF8.self)
        for digest in overrides.map(\.digest.hex) + [lower.entry.description.sha256.hex, job.hash.hex] {
            #expect(text.contains(digest))
        }
        let raw = [UInt8](repeating: 1, count: 64)
        let packet = try SignaturePacket(parsing: #require(plan.requests.first).packet(rawSignature: raw))
        #expect(packet.notations.last.map { "\($0.name)=\($0.value)" } == "log@reposeal.example=9")
    }

    private static func keys(_ leaf: [UInt8]) throws -> [String] {
        guard case .object(let members) = try CanonicalJSON.parse(leaf) else { return [] }
        return Array(members.keys)
    }
}
