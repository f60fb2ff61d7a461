import ALPMTypes
import Attestation
import Cryptography
import Foundation
import OpenPGPFormat
import Policy
import TestSupport
import Testing

@Test("the sample policy is read in full, and is sound")
func samplePolicy() throws {
    let bytes = try PolicySample.bytes()
    let policy = try SigningPolicy(parsing: bytes)
    #expect(policy.unsoundness == [])
    #expect(policy.digest == SHA256.digest(of: bytes))
    #expect(policy.version == 1 && policy.previous == nil)
    #expect(policy.people.map(\.id.text) == ["alice", "bob", "carol", "dave"])
    #expect(policy.repositories.map(\.name.text) == ["core", "extra", "testing"])
    #expect(policy.repositories[0].admission.map(\.count) == [2, 1])
    #expect(policy.enclave.repositoryKeys[0].isDemonstration)
    #expect(policy.recoveryQuorum.threshold == 3 && policy.limits.recoveryDelaySeconds == 604_800)
    let (core, extra) = (policy.repositories[0], policy.repositories[1])
    #expect(core.rate.changes == 0 && core.rate.urgentRole == nil && core.debugCompanion == nil)
    #expect((extra.rate.changes, extra.rate.seconds, extra.rate.reserved) == (40, 3600, 10))
    #expect(extra.rate.urgentRole == "sysop" && extra.replacesFrom == [core.name])
    #expect(
        try PolicySample.policy(Edit("repositories", 1, "debugCompanion", to: "core")).repositories[1].debugCompanion
            == core.name)
    #expect(try policy.machine(SignerID(parsing: "acme-2"))?.operator == "acme")
    #expect(try policy.verificationKey(for: SignerID(parsing: "nobody")) == nil)
    guard case .openPGP(let certificates)? = try policy.verificationKey(for: SignerID(parsing: "alice")) else {
        Issue.record("a person has certificates")
        return
    }
    #expect(certificates.count == 2)
}

@Test("the sample policy is the one on file")
func policyOnFile() throws {
    let file = URL(filePath: RepositoryRoot.vector("policy/sample.json"))
    #expect(try Array(Data(contentsOf: file)) == PolicySample.bytes())
}

@Test("the policy after the first names the one before")
func laterPolicy() throws {
    let digest = SHA256.digest(of: [])
    let policy = try PolicySample.policy(Edit("version", to: "2"), Edit("previous", to: .string(digest.hex)))
    #expect(policy.previous == digest)
    #expect(policy.unsoundness == [])
}

/// Places in the sample, a bad value for each (nil: taken away), and the complaint.
private let spoiled: [(Edit, String)] = [
    (Edit("format", to: "reposeal-policy-2"), #"format: expected "reposeal-policy-1""#),
    (Edit("limits", to: nil), "limits: expected a value, not a missing field"),
    (Edit("extra", to: ""), "extra: expected no field of this name"),
    (Edit("people", 0, "extra", to: ""), "people[0].extra: expected no field of this name"),
    (Edit("distribution", to: ""), "distribution: expected 1 to 64 characters"),
    (Edit("distribution", to: "\u{212A}"), "distribution: expected a string of printable ASCII"),
    (Edit("version", to: "01"), "version: expected a decimal number below 2^64 without leading zeros"),
    (Edit("previous", to: "00"), "previous: expected 64 lower-case hexadecimal digits"),
    (Edit("expires", to: "2027-02-29T00:00:00Z"), "expires: expected a time such as 2026-11-21T06:00:00Z"),
    (Edit("notationDomain", to: "a b"), "notationDomain: expected \(SignerID.expectation)"),
    (Edit("people", to: "alice"), "people: expected an array"),
    (Edit("people", 1, "id", to: "alice"), "people[1].id: expected objects sorted by this field, each value once"),
    (Edit("people", 0, "id", to: "eve"), "people[1].id: expected objects sorted by this field, each value once"),
    (Edit("people", 0, "roles", 1, to: "developer"), "people[0].roles[1]: expected each value once"),
    (Edit("people", 0, "roles", 0, to: "Boss"), "people[0].roles[0]: expected \(SignerID.expectation)"),
    (
        Edit("people", 1, "certificates", 0, "fingerprint", to: "abcd"),
        "people[1].certificates[0].fingerprint: expected 40 upper-case hexadecimal digits"
    ),
    (
        Edit("people", 1, "certificates", 0, "certificate", to: "A"),
        "people[1].certificates[0].certificate: expected base64"
    ),
    (
        Edit("people", 1, "certificates", 0, "certificate", to: "AAAA"),
        "people[1].certificates[0].certificate: expected an OpenPGP certificate"
    ),
    (
        Edit("people", 1, "revokedFingerprints", 0, to: "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"),
        "people[1].revokedFingerprints[0]: expected 40 upper-case hexadecimal digits"
    ),
    (
        Edit("machines", 0, "publicKey", to: "00"),
        "machines[0].publicKey: expected an Ed25519 key of 64 lower-case hexadecimal digits"
    ),
    (Edit("enclave", "logOrigin", to: "a b"), "enclave.logOrigin: expected 1 to 255 characters, neither spaces nor +"),
    (Edit("enclave", "logOrigin", to: ""), "enclave.logOrigin: expected 1 to 255 characters, neither spaces nor +"),
    (
        Edit("enclave", "repositoryKeys", 0, "demonstration", to: "maybe"),
        "enclave.repositoryKeys[0].demonstration: expected one of yes, no"
    ),
    (Edit("quorums", "policy", "threshold", to: "1001"), "quorums.policy.threshold: expected a number of at most 1000"),
    (
        Edit("quorums", "policy", "threshold", to: "18446744073709551616"),
        "quorums.policy.threshold: expected a decimal number below 2^64 without leading zeros"
    ),
    (Edit("repositories", 0, "name", to: "../core"), "repositories[0].name: expected a repository name"),
    (
        Edit("repositories", 1, "name", to: "core"),
        "repositories[1].name: expected objects sorted by this field, each value once"
    ),
    (Edit("repositories", 0, "architectures", 0, to: ""), "repositories[0].architectures[0]: expected an architecture"),
    (
        Edit("repositories", 0, "architectures", 1, to: "x86_64"),
        "repositories[0].architectures[1]: expected each value once"
    ),
    (
        Edit("repositories", 0, "monotonic", to: "never"),
        "repositories[0].monotonic: expected one of allTime, whilePresent"
    ),
    (
        Edit("repositories", 0, "admission", 0, 0, "kind", to: "removal"),
        "repositories[0].admission[0][0].kind: expected one of sourceApproval, buildRecord, packageApproval"
    ),
    (
        Edit("repositories", 0, "admission", 0, to: "x"),
        "repositories[0].admission[0]: expected an array of at most 4 requirements"
    ),
    (
        Edit("repositories", 0, "admission", 0, to: ["", "", "", "", ""]),
        "repositories[0].admission[0]: expected an array of at most 4 requirements"
    ),
    (Edit("repositories", 0, "admission", 0, 0, to: "x"), "repositories[0].admission[0][0]: expected an object"),
    (
        Edit("repositories", 0, "admission", 0, 0, "distinctFrom", 0, to: "removal"),
        "repositories[0].admission[0][0].distinctFrom[0]: expected one of sourceApproval, buildRecord, packageApproval"
    ),
    (Edit("enclave", "restart", to: "never"), "enclave.restart: expected one of peer, quorum"),
    (Edit("quorums", "override", to: nil), "quorums.override: expected a value, not a missing field"),
    (Edit("quorums", "recovery", to: nil), "quorums.recovery: expected a value, not a missing field"),
    (
        Edit("repositories", 0, "debugCompanion", to: "Local"),
        "repositories[0].debugCompanion: expected a repository name"
    ),
    (
        Edit("repositories", 0, "replacesFrom", 0, to: "Local"),
        "repositories[0].replacesFrom[0]: expected a repository name"
    ),
    (
        Edit("repositories", 1, "rate", "urgentRole", to: "Boss"),
        "repositories[1].rate.urgentRole: expected \(SignerID.expectation)"
    ),
    (
        Edit("repositories", 1, "rate", "changes", to: "01"),
        "repositories[1].rate.changes: expected a decimal number below 2^64 without leading zeros"
    ),
    (Edit("repositories", 1, "rate", to: []), "repositories[1].rate: expected an object"),
    (
        Edit("limits", "recoveryDelaySeconds", to: nil),
        "limits.recoveryDelaySeconds: expected a value, not a missing field"
    ),
    (
        Edit("repositories", 0, "promotesFrom", 0, to: "Local"),
        "repositories[0].promotesFrom[0]: expected a repository name"
    ),
    (
        Edit("limits", "maxJobBytes", to: "-1"),
        "limits.maxJobBytes: expected a decimal number below 2^64 without leading zeros"
    ),
]

@Test("a spoiled field of a policy is named", arguments: spoiled.indices)
func spoiledFields(index: Int) throws {
    let (edit, complaint) = spoiled[index]
    do {
        _ = try PolicySample.policy(edit)
        Issue.record("accepted")
    } catch let error as PolicyError {
        #expect("\(error)".hasPrefix("policy: " + complaint))
    }
}

@Test("a policy that is not canonical JSON, too deep or too large is an error")
func hostileBytes() throws {
    #expect(throws: PolicyError.self) { try SigningPolicy(parsing: []) }
    #expect(throws: PolicyError.self) { try SigningPolicy(parsing: PolicySample.bytes() + [0x0a]) }
    #expect(throws: PolicyError.self) { try SigningPolicy(parsing: [UInt8](repeating: 0x5b, count: 1 << 20)) }
    #expect(throws: PolicyError.malformed(.tooLarge(field: "JSON", limit: 8 << 20))) {
        try SigningPolicy(parsing: [UInt8](repeating: 0x5b, count: 8 << 20 + 1))
    }
}

@Test("a mutated policy is an error or another policy, and never traps")
func mutatedPolicies() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    let bytes = try PolicySample.bytes()
    let digest = SHA256.digest(of: bytes)
    for _ in 0..<200 {
        let changed = Mutation.mutated(bytes, using: &random)
        guard let policy = try? SigningPolicy(parsing: changed) else { continue }
        _ = policy.unsoundness
        #expect((policy.digest == digest) == (changed == bytes), "seed \(seed)")
    }
}

@Test("every notation domain makes names of notations", arguments: ["a", "9._-", String(repeating: "a", count: 64)])
func notationDomains(domain: String) throws {
    let policy = try PolicySample.policy(Edit("notationDomain", to: .string(domain)))
    let name = "\(String(repeating: "t", count: 190))@\(policy.notationDomain)"
    #expect(try Notation(name: name, value: "1").name == name)
}
