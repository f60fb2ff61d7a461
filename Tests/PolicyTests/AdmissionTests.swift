import ALPMTypes
import Attestation
import Cryptography
import OpenPGPFormat
import Policy
import Refusals
import TestSupport
import Testing

private let core = "core"

extension SampleEvidence {
    func refusals(_ evidence: [VerifiedStatement], into name: String = core) throws -> [Refusal] {
        try policy.refusals(admitting: claim(), into: RepositoryName(parsing: name), evidence: evidence)
    }
}

private func missing(_ kind: EvidenceKind, have: UInt64, need: UInt64) -> Refusal {
    let role = kind == .buildRecord ? "builder" : "developer"
    return .notEnoughApprovals(kind: kind.rawValue, role: role, have: have, need: need)
}

@Test("two approvals of the source and builds by two operators admit a package")
func sourceAndBuilds() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let evidence = try [sample.source("alice"), sample.source("bob"), sample.build("acme-1"), sample.build("umbra-1")]
    let admission = try sample.policy.admission(
        of: sample.claim(), into: RepositoryName(parsing: core), evidence: evidence)
    #expect(admission.refusals == [])
    #expect(Set(admission.buildRecords.map(\.header.signer.text)) == ["acme-1", "umbra-1"])
    for index in evidence.indices {
        var fewer = evidence
        fewer.remove(at: index)
        let kind: EvidenceKind = index < 2 ? .sourceApproval : .buildRecord
        #expect(try sample.refusals(fewer) == [missing(kind, have: 1, need: 2)])
    }
}

@Test("the other alternative admits as well: three approvals of the package")
func packageApprovals() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let evidence = try ["alice", "bob", "carol"].map { try sample.package($0) }
    let admission = try sample.policy.admission(
        of: sample.claim(), into: RepositoryName(parsing: core), evidence: evidence)
    #expect(admission.refusals == [] && admission.buildRecords == [])
    #expect(try sample.refusals(Array(evidence.dropLast())) == [missing(.packageApproval, have: 2, need: 3)])
}

@Test("without evidence the alternative that lacks least is told")
func nothingAtAll() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    #expect(try sample.refusals([]) == [missing(.packageApproval, have: 0, need: 3)])
    #expect(
        try sample.refusals([sample.source("alice"), sample.source("bob")]) == [missing(.buildRecord, have: 0, need: 2)]
    )
}

@Test("a repository that the policy does not know admits nothing")
func unknownRepository() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    #expect(try sample.refusals([], into: "staging") == [.unknownRepository])
}

@Test("a person counts once, by however many statements and keys")
func onePersonTwice() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let again = sample.changing { $0.nonce = 1 }
    let builds = try [sample.build("acme-1"), sample.build("umbra-1")]
    let twice = try [sample.source("alice"), again.source("alice"), sample.source("alice", certificate: 1)]
    #expect(try sample.refusals(twice + builds) == [missing(.sourceApproval, have: 1, need: 2)])
}

@Test("machines of one operator count once")
func oneOperatorTwice() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let sources = try [sample.source("alice"), sample.source("bob")]
    let builds = try [sample.build("acme-1"), sample.build("acme-2")]
    #expect(try sample.refusals(sources + builds) == [missing(.buildRecord, have: 1, need: 2)])
}

@Test("nobody counts as approver and as operator, and one more approver frees them for either")
func approverAndOperator() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let builds = try [sample.build("acme-1"), sample.build("alice-1")]
    let both = try [sample.source("alice"), sample.source("bob")] + builds
    #expect(try sample.refusals(both) == [missing(.buildRecord, have: 1, need: 2)])
    #expect(try sample.refusals(both + [sample.source("carol")]) == [])
    #expect(try sample.refusals([sample.source("bob"), sample.source("carol")] + builds) == [])
    #expect(try sample.refusals(both + [sample.build("umbra-1")]) == [])
}

@Test("an approval by someone without the role does not count, and is the explanation if nothing else is missing")
func wrongRole() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let builds = try [sample.build("acme-1"), sample.build("umbra-1")]
    #expect(
        try sample.refusals([sample.source("alice"), sample.source("dave")] + builds)
            == [missing(.sourceApproval, have: 1, need: 2), .roleNotHeld])
    #expect(
        try sample.refusals([sample.source("dave")] + builds) == [missing(.sourceApproval, have: 0, need: 2)])
}

@Test("a machine cannot approve and a person cannot build")
func wrongKindOfSigner() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let evidence = try [
        sample.source("alice"), sample.source("acme-1"), sample.build("umbra-1"), sample.build("bob"),
    ]
    #expect(
        try sample.refusals(evidence)
            == [missing(.sourceApproval, have: 1, need: 2), missing(.buildRecord, have: 1, need: 2)])
}

/// Changes to one developer's and one builder's statements, after which neither may count.
private let foreign: [(String, @Sendable (inout SampleEvidence) -> Void)] = [
    ("another repository", { $0.repository = "testing" }),
    ("another base", { $0.pkgbase = "zlib-ng" }),
    ("another version", { $0.fileName = "zlib-1:1.3.1-3-x86_64.pkg.tar.zst" }),
    ("a version that vercmp calls equal", { $0.fileName = "zlib-1:1.03.1-2-x86_64.pkg.tar.zst" }),
    (
        "another name",
        {
            $0 = $0.changing {
                $0.fileName = "zlib-doc-1:1.3.1-2-x86_64.pkg.tar.zst"; $0.listed = [("zlib-doc", "any")]
            }
        }
    ),
    (
        "another architecture",
        {
            $0 = $0.changing {
                $0.fileName = "zlib-1:1.3.1-2-i686.pkg.tar.zst"; $0.listed = [("zlib", "i686")]
            }
        }
    ),
    ("another manifest", { $0.manifest = "other" }),
]

@Test("a statement about something else does not count", arguments: foreign.indices)
func foreignStatements(index: Int) throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let other = sample.changing(foreign[index].1)
    let evidence = try [sample.source("alice"), other.source("bob"), sample.build("acme-1"), other.build("umbra-1")]
    #expect(
        try sample.refusals(evidence)
            == [missing(.sourceApproval, have: 1, need: 2), missing(.buildRecord, have: 1, need: 2)],
        "\(foreign[index].0)")
}

/// Changes to what the package is; a source approval does not say that.
private let otherContents: [(String, @Sendable (inout SampleEvidence) -> Void)] = [
    ("another desc entry", { $0.desc = "other" }),
    ("another file of the same length", { $0.content = "kontent" }),
    ("another length", { $0.content = "longer content" }),
    ("another compression", { $0.fileName = "zlib-1:1.3.1-2-x86_64.pkg.tar.xz" }),
]

@Test("a record or an approval of other content does not count", arguments: otherContents.indices)
func otherContent(index: Int) throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let other = sample.changing(otherContents[index].1)
    let sources = try [sample.source("alice"), sample.source("bob")]
    #expect(
        try sample.refusals(sources + [sample.build("acme-1"), other.build("umbra-1")])
            == [missing(.buildRecord, have: 1, need: 2)], "\(otherContents[index].0)")
    #expect(
        try sample.refusals([sample.package("alice"), sample.package("bob"), other.package("carol")])
            == [missing(.packageApproval, have: 2, need: 3)], "\(otherContents[index].0)")
}

@Test("a source approval that does not list the package, or lists it for another architecture, does not count")
func unlistedPackage() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let builds = try [sample.build("acme-1"), sample.build("umbra-1")]
    for listed in [[("zlib-doc", "any")], [("zlib", "any")], [("zlib", "i686")]] {
        let other = sample.changing { $0.listed = listed }
        #expect(
            try sample.refusals([sample.source("alice"), other.source("bob")] + builds)
                == [missing(.sourceApproval, have: 1, need: 2)])
    }
}

@Test("approvals and builds of different manifests do not meet, however many they are")
func differentManifests() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let other = sample.changing { $0.manifest = "other" }
    let evidence = try [sample.source("alice"), sample.source("bob"), other.build("acme-1"), other.build("umbra-1")]
    #expect(try sample.refusals(evidence).count == 1)
    #expect(try sample.refusals(evidence + [other.source("carol"), other.source("bob")]) == [])
}

@Test("evidence for a repository counts in those that promote from it, and nowhere else")
func promotion() throws {
    let sample = SampleEvidence(try PolicySample.policy()).changing { $0.repository = "testing" }
    let evidence = try [sample.source("alice"), sample.build("acme-1")]
    #expect(try sample.refusals(evidence, into: "testing") == [])
    #expect(try sample.refusals(evidence, into: "extra") == [])
    #expect(try !sample.refusals(evidence, into: "core").isEmpty)
    let extra = sample.changing { $0.repository = "extra" }
    #expect(try !sample.refusals([extra.source("alice"), extra.build("acme-1")], into: "testing").isEmpty)
}

@Test("a claim without a state is supported by records that have one; a claim with a state needs the same")
func states() throws {
    let sample = SampleEvidence(try PolicySample.policy()).changing { $0.repository = "extra" }
    let evidence = try [sample.source("alice"), sample.build("acme-1")]
    let claim = try sample.claim()
    let bare = AdmissionClaim(pkgbase: claim.pkgbase, identity: claim.identity, state: nil)
    let foreign = AdmissionClaim(
        pkgbase: claim.pkgbase, identity: claim.identity, state: SHA256().exportState())
    let name = try RepositoryName(parsing: "extra")
    #expect(sample.policy.refusals(admitting: bare, into: name, evidence: evidence) == [])
    #expect(!sample.policy.refusals(admitting: foreign, into: name, evidence: evidence).isEmpty)
}

@Test("a signer who is not in the policy, or whom the statement does not name, does not count")
func forgedSigners() throws {
    let sample = SampleEvidence(try PolicySample.policy()).changing { $0.repository = "extra" }
    let build = try sample.build("acme-1")
    let bob = try sample.source("bob")
    let alice = try sample.source("alice")
    let forged = [
        VerifiedStatement(uncheckedAfterVerification: alice.statement, digest: alice.digest, signer: bob.signer),
        VerifiedStatement(
            uncheckedAfterVerification: alice.statement, digest: alice.digest,
            signer: .machine(alice.statement.header.signer, operator: "acme")),
    ]
    for statement in forged {
        #expect(
            try sample.refusals([statement, build], into: "extra") == [missing(.sourceApproval, have: 0, need: 1)])
    }
    let borrowed = VerifiedStatement(
        uncheckedAfterVerification: build.statement, digest: build.digest,
        signer: .machine(build.statement.header.signer, operator: "umbra"))
    #expect(try sample.refusals([alice, borrowed], into: "extra") == [missing(.buildRecord, have: 0, need: 1)])
}

@Test("a revoked certificate does not count, and the person's other one does")
func revokedCertificate() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let first = try #require(sample.policy.people.first?.certificates.first?.fingerprint)
    let edit = Edit("people", 0, "revokedFingerprints", 0, to: .string(first.hex))
    let revoking = SampleEvidence(try PolicySample.policy(edit)).changing { $0.repository = "extra" }
    let build = try revoking.build("acme-1")
    #expect(
        try revoking.refusals([revoking.source("alice"), build], into: "extra")
            == [missing(.sourceApproval, have: 0, need: 1)])
    #expect(try revoking.refusals([revoking.source("alice", certificate: 1), build], into: "extra") == [])
}

private let (doc, invented) = ("zlib-doc-1:1.3.1-2-any.pkg.tar.zst", "zlib-evil-1:1.3.1-2-any.pkg.tar.zst")

/// Who wrote the records that count, and what must come with the package.
private func outcome(
    _ sample: SampleEvidence, _ evidence: [VerifiedStatement]
) throws -> (refusals: [Refusal], signers: Set<String>, together: [String]) {
    let admission = try sample.policy.admission(
        of: sample.claim(), into: RepositoryName(parsing: core), evidence: evidence)
    return (
        admission.refusals, Set(admission.buildRecords.map(\.header.signer.text)),
        admission.together.map(\.fileName.text)
    )
}

@Test("a sibling must come along if as many operators name it as the policy asks for")
func siblingsOfEnoughOperators() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let evidence = try [
        sample.source("alice"), sample.source("bob"), sample.build("acme-1", with: doc),
        sample.build("umbra-1", with: doc, invented),
    ]
    #expect(try outcome(sample, evidence) == ([], ["acme-1", "umbra-1"], [doc]))
    // A second machine of the same operator adds nothing, and neither does an operator who counts as an approver.
    let more = try [sample.build("alice-1", with: doc, invented)]
    #expect(try outcome(sample, evidence + more).together == [doc])
    let colleague = SampleEvidence(try PolicySample.policy(Edit("machines", 2, "operator", to: "umbra")))
    #expect(try outcome(colleague, evidence + [colleague.build("alice-1", with: invented)]).together == [doc])
    // Carol frees alice to count as an operator.
    #expect(try outcome(sample, evidence + more + [sample.source("carol")]).together == [doc, invented])
}

@Test("a record of a machine without the role, or of a person, counts for nothing and demands nothing")
func recordsThatDoNotCount() throws {
    let policy = try PolicySample.policy(Edit("machines", 1, "roles", to: []))
    let sample = SampleEvidence(policy)
    let evidence = try [
        sample.source("alice"), sample.source("bob"), sample.build("acme-1"), sample.build("umbra-1"),
        sample.build("acme-2", with: invented), sample.build("carol", with: invented),
    ]
    #expect(try outcome(sample, evidence) == ([], ["acme-1", "umbra-1"], []))
}

@Test("two requirements of one kind need two people, whatever roles one of them holds")
func requirementsOfOneKind() throws {
    let requirement = PolicySample.requirement
    let admission: JSONValue = [
        [requirement("packageApproval", "developer", 1), requirement("packageApproval", "sysop", 1)]
    ]
    let sample = SampleEvidence(try PolicySample.policy(Edit("repositories", 0, "admission", to: admission)))
    #expect(
        try sample.refusals([sample.package("bob")])
            == [.notEnoughApprovals(kind: "packageApproval", role: "sysop", have: 0, need: 1)])
    #expect(try sample.refusals([sample.package("bob"), sample.package("carol")]) == [])
    #expect(try sample.refusals([sample.package("bob"), sample.package("alice")]) == [])
}

@Test("what enough people want together comes together, and one person's wish binds nobody")
func approvedTogether() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let core = try RepositoryName(parsing: "core"), doc = "zlib-doc-1:1.3.1-2-any.pkg.tar.zst"
    func together(_ evidence: [VerifiedStatement]) throws -> [String] {
        let admission = try sample.policy.admission(of: sample.claim(), into: core, evidence: evidence)
        #expect(admission.refusals == [])
        return admission.together.map(\.fileName.text)
    }
    let wish = try ["alice", "bob", "carol"].map { try sample.package($0, with: doc, together: true) }
    let plain = try ["alice", "bob", "carol"].map { try sample.package($0, with: doc) }
    #expect(try together(wish) == [doc])
    #expect(try together(plain) == [])
    #expect(try together(Array(wish.prefix(2)) + plain.suffix(1)) == [])
    #expect(try together(wish + plain) == [doc])
    #expect(try together(plain + [sample.build("umbra-1", with: doc)]) == [])
}
