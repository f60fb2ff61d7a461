import ALPMTypes
import Attestation
import Cryptography
import OpenPGPFormat
import Policy
import Refusals
import Testing

/// What a statement says, and what becomes of it at the sample's time.
private let cases: [(String, @Sendable (inout SampleEvidence) -> Void, Refusal?)] = [
    ("in its window", { _ in }, nil),
    ("from this second", { $0.window = (SampleEvidence.now, SampleEvidence.now + 1) }, nil),
    ("until this second", { $0.window = (1, SampleEvidence.now) }, nil),
    ("over a second ago", { $0.window = (1, SampleEvidence.now - 1) }, .evidenceExpired),
    ("from the next second", { $0.window = (SampleEvidence.now + 1, SampleEvidence.now + 2) }, .evidenceNotYetValid),
    ("another distribution", { $0.distribution = SHA256.digest(of: []) }, .evidenceForAnotherPolicy),
    ("a later policy", { $0.policyVersion = 4 }, .evidenceForAnotherPolicy),
    ("a policy too old", { $0.policyVersion = 1 }, .evidenceForAnotherPolicy),
    ("an earlier policy that still counts", { $0.policyVersion = 2 }, nil),
    ("the last policy there can be", { $0.policyVersion = .max }, .evidenceForAnotherPolicy),
]

private func policy3(_ edits: Edit...) throws -> SigningPolicy {
    let edits =
        [
            Edit("version", to: "3"), Edit("previous", to: .string(SHA256.digest(of: [3]).hex)),
            Edit("limits", "acceptedEarlierPolicies", to: "1"),
        ] + edits
    return try SigningPolicy(parsing: PolicySample.bytes(edits))
}

@Test("a statement counts for its distribution and policy, inside its window", arguments: cases.indices)
func acceptance(index: Int) throws {
    let distribution = SHA256.digest(of: [1])
    var sample = SampleEvidence(try policy3())
    sample.distribution = distribution
    cases[index].1(&sample)
    for statement in try [sample.source("alice"), sample.build("acme-1")] {
        #expect(
            sample.policy.refusal(for: statement, distribution: distribution, now: SampleEvidence.now)
                == cases[index].2, "\(cases[index].0)")
    }
}

@Test("a statement by someone whom the policy does not know is refused, and so is one that names another")
func unknownSigners() throws {
    let sample = SampleEvidence(try PolicySample.policy())
    let alice = try sample.source("alice")
    let bob = try sample.source("bob")
    let acme = try sample.build("acme-1")
    let foreign = try PolicySample.certificate(99, "mallory").fingerprint
    let signers: [(VerifiedStatement, Signer)] = [
        (alice, bob.signer), (alice, .person(alice.signer.id, foreign)),
        (alice, .machine(alice.signer.id, operator: "")),
        (acme, .machine(acme.signer.id, operator: "umbra")), (acme, .person(acme.signer.id, foreign)),
        (acme, try sample.build("acme-2").signer),
    ]
    for (original, signer) in signers {
        let statement = VerifiedStatement(
            uncheckedAfterVerification: original.statement, digest: original.digest, signer: signer)
        #expect(
            sample.policy.refusal(for: statement, distribution: sample.policy.digest, now: SampleEvidence.now)
                == .unknownSigner)
    }
}

@Test("a key's owner is who the statement names, or nobody")
func keyOwners() throws {
    let policy = try PolicySample.policy()
    let alice = try SignerID(parsing: "alice")
    let bob = try SignerID(parsing: "bob")
    let own = policy.people[0].certificates.map(\.fingerprint)
    for key in own {
        #expect(policy.signer(claimed: alice, primary: key, signing: key) == .signer(.person(alice, key)))
        #expect(policy.signer(claimed: bob, primary: key, signing: key) == .refused(.unknownSigner))
    }
    #expect(policy.signer(claimed: alice, primary: own[0], signing: own[1]) == .refused(.unknownSigner))
    let machine = try SignerID(parsing: "acme-1")
    #expect(policy.signer(claimedMachine: machine) == .signer(.machine(machine, operator: "acme")))
    #expect(policy.signer(claimedMachine: alice) == .refused(.unknownSigner))
    #expect(policy.signer(claimed: machine, primary: own[0], signing: own[0]) == .refused(.unknownSigner))
}

@Test("a revoked key is refused by name, and so are its statements")
func revokedKeys() throws {
    let key = try PolicySample.certificate(2, "bob").fingerprint
    let policy = try PolicySample.policy(Edit("people", 1, "revokedFingerprints", 0, to: .string(key.hex)))
    let bob = try SignerID(parsing: "bob")
    #expect(policy.signer(claimed: bob, primary: key, signing: key) == .refused(.signerRevoked))
    let sample = SampleEvidence(policy)
    #expect(
        policy.refusal(for: try sample.source("bob"), distribution: policy.digest, now: SampleEvidence.now)
            == .signerRevoked)
}
