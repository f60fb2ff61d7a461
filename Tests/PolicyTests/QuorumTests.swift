import ALPMTypes
import Attestation
import Cryptography
import Policy
import Refusals
import Testing

private func removalClaim(_ sample: SampleEvidence) throws -> PackageArtefact {
    let identity = try sample.identity()
    return PackageArtefact(name: identity.name, version: identity.version, sha256: identity.sha256)
}

private func removalRefusals(
    _ evidence: [VerifiedStatement], _ sample: SampleEvidence, from name: String = "core",
    architecture: String = "x86_64"
) throws -> [Refusal] {
    try sample.policy.verdict(
        removing: removalClaim(sample), from: RepositoryName(parsing: name),
        architecture: Architecture(parsing: architecture), evidence: evidence
    ).refusals
}

@Test("a removal needs its people, for this repository, architecture, version and content")
func removals() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let alice = try sample.removal("alice")
    #expect(try removalRefusals([alice, sample.removal("bob")], sample) == [])
    let lacking = [Refusal.notEnoughApprovals(kind: "removal", role: "developer", have: 1, need: 2)]
    let others = try [
        sample.removal("alice"), sample.changing { $0.nonce = 1 }.removal("alice"),
        sample.removal("bob", architecture: "i686"), sample.removal("bob", name: "zlib-doc"),
        sample.changing { $0.repository = "extra" }.removal("bob"), sample.changing { $0.content = "x" }.removal("bob"),
        sample.changing { $0.fileName = "zlib-1:1.3.1-1-x86_64.pkg.tar.zst" }.removal("bob"),
        sample.source("bob"), sample.package("bob"), sample.removal("acme-1"),
    ]
    for other in others { #expect(try removalRefusals([alice, other], sample) == lacking) }
    #expect(try removalRefusals([alice, sample.removal("dave")], sample) == lacking + [.roleNotHeld])
}

@Test("a removal for a repository does not count where the repository is promoted to")
func removalAndPromotion() throws {
    let sample = SampleEvidence(try PolicySample.policy()).changing { $0.repository = "testing" }
    let evidence = try [sample.removal("alice"), sample.removal("bob")]
    #expect(try removalRefusals(evidence, sample, from: "testing") == [])
    #expect(try removalRefusals(evidence, sample, from: "extra").count == 1)
}

@Test("a repository or architecture that the policy does not know loses nothing")
func unknownPlaces() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    #expect(try removalRefusals([], sample, from: "staging") == [.unknownRepository])
    #expect(try removalRefusals([], sample, architecture: "any") == [.unknownRepository])
}

@Test("an import needs its quorum, all for the same set of entries")
func imports() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let claim = { (name: String) in
        ImportClaim(
            repository: try RepositoryName(parsing: name), architecture: try Architecture(parsing: "x86_64"),
            entries: 10, entrySet: SHA256.digest(of: Array("entries".utf8)))
    }
    let two = try [sample.imported("bob"), sample.imported("carol")]
    let lacking = Refusal.notEnoughApprovals(kind: "repositoryImport", role: "sysop", have: 2, need: 3)
    func refusals(_ name: String, _ evidence: [VerifiedStatement]) throws -> [Refusal] {
        try sample.policy.verdict(importing: claim(name), evidence: evidence).refusals
    }
    #expect(try refusals("core", two + [sample.imported("dave")]) == [])
    #expect(try refusals("core", two) == [lacking])
    #expect(try refusals("core", two + [sample.imported("dave", entries: 11)]) == [lacking])
    #expect(try refusals("core", two + [sample.imported("alice")]) == [lacking, .roleNotHeld])
    #expect(try refusals("extra", two).count == 1)
    #expect(try refusals("staging", two) == [.unknownRepository])
    let counts = try sample.policy.verdict(importing: claim("core"), evidence: two).counts
    #expect(counts.map { "\($0.have) of \($0.need) \($0.kind) by \($0.role)" } == ["2 of 3 repositoryImport by sysop"])
}

@Test("an override needs its quorum, for this database, name, version and content")
func overrides() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    func refusals(_ evidence: [VerifiedStatement]) throws -> [Refusal] {
        try sample.policy.verdict(
            overridingFor: removalClaim(sample), in: RepositoryName(parsing: "core"),
            architecture: Architecture(parsing: "x86_64"), evidence: evidence
        ).refusals
    }
    let bob = try sample.override("bob")
    #expect(try refusals([bob, sample.override("carol")]) == [])
    let others = try [
        sample.changing { $0.nonce = 1 }.override("bob"), sample.override("carol", architecture: "i686"),
        sample.changing { $0.repository = "extra" }.override("carol"),
        sample.changing { $0.content = "x" }.override("carol"),
        sample.changing { $0.fileName = "zlib-1:1.3.1-1-x86_64.pkg.tar.zst" }.override("carol"),
        sample.removal("carol"),
    ]
    let lacking = [Refusal.notEnoughApprovals(kind: "versionOverride", role: "sysop", have: 1, need: 2)]
    for other in others { #expect(try refusals([bob, other]) == lacking) }
    #expect(try refusals([bob, sample.override("alice")]) == lacking + [.roleNotHeld])
}

private func successor(of policy: SigningPolicy, _ edits: Edit...) throws -> SigningPolicy {
    let edits = [Edit("version", to: "2"), Edit("previous", to: .string(policy.digest.hex))] + edits
    return try SigningPolicy(parsing: PolicySample.bytes(edits))
}

@Test("a policy counts its own people for the next one, and the next one its own")
func succession() throws {
    let policy = try PolicySample.policy()
    let next = try successor(
        of: policy, Edit("people", 1, "roles", to: ["developer"]),
        Edit("people", 0, "roles", to: ["developer", "sysop"]))
    let sample = SampleEvidence(policy)
    let (bob, carol) = (try sample.approval("bob", of: next), try sample.approval("carol", of: next))
    #expect(policy.refusals(approving: next, evidence: [bob, carol]) == [])
    #expect(next.refusals(approving: next, evidence: [bob, carol]) == [.policyQuorumNotMet])
    let alice = try sample.approval("alice", of: next)
    #expect(policy.refusals(approving: next, evidence: [alice, carol]) == [.policyQuorumNotMet])
    #expect(next.refusals(approving: next, evidence: [alice, carol]) == [])
    let others = try [
        bob, sample.changing { $0.nonce = 1 }.approval("bob", of: next), alice,
        sample.approval("carol", of: policy), sample.approval("acme-1", of: next),
    ]
    for other in others {
        #expect(policy.refusals(approving: next, evidence: [bob, other]) == [.policyQuorumNotMet])
    }
}

@Test("the next policy has the next version, names this one and keeps the distribution's name")
func chain() throws {
    let policy = try PolicySample.policy()
    #expect(try policy.refusals(succeededBy: successor(of: policy)) == [])
    let strangers = try [
        policy, successor(of: policy, Edit("version", to: "3")),
        successor(of: policy, Edit("distribution", to: "Other")),
        successor(of: policy, Edit("previous", to: .string(SHA256.digest(of: []).hex))),
    ]
    for next in strangers { #expect(policy.refusals(succeededBy: next) == [.policyVersionNotNext]) }
    let unsound = try successor(of: policy, Edit("enclave", "epoch", to: "0"))
    #expect(policy.refusals(succeededBy: unsound) == [.policyUnsound(reason: "the enclave's epoch is 0")])
}

@Test(
    "a policy for another log or another enclave does not follow",
    arguments: [
        ("epoch", "2"), ("logOrigin", "reposeal.example/other"),
        ("logKey", "0000000000000000000000000000000000000000000000000000000000000000"),
    ])
func otherEnclave(field: String, value: String) throws {
    let policy = try PolicySample.policy()
    let next = try successor(of: policy, Edit("enclave", .field(field), to: .string(value)))
    #expect(
        policy.refusals(succeededBy: next)
            == [.policyUnsound(reason: "the enclave's epoch, log origin and log key stay while its log goes on")])
}

@Test("the first policy approves itself")
func firstPolicy() throws {
    let policy = try PolicySample.policy()
    let sample = SampleEvidence(policy)
    let evidence = try [sample.approval("bob", of: policy), sample.approval("dave", of: policy)]
    #expect(policy.refusals(approving: policy, evidence: evidence) == [])
    #expect(policy.refusals(approving: policy, evidence: [evidence[0]]) == [.policyQuorumNotMet])
}
