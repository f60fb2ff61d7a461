import Attestation
import Cryptography
import JailRecords
import OpenPGPFormat
import Policy
import Testing

private let developers = PolicySample.quorum("developer", 2)

private func certificate(_ seed: UInt8, _ name: String) throws -> JSONValue {
    .object(PolicySample.stated(try PolicySample.certificate(seed, name)))
}

/// What makes the sample unsound, and the reason that must be given.
private func unsound() throws -> [(edits: [Edit], reason: String)] {
    let everyone = try ["alice", "bob", "carol", "dave"].enumerated().map {
        try PolicySample.certificate(UInt8($0.offset + 1), $0.element).fingerprint.hex
    }
    let key = { (seed: UInt8) in JSONValue.string(try PolicySample.key(seed).publicKey.hex) }
    let requirement = PolicySample.requirement
    let mild: JSONValue = [[requirement("sourceApproval", "developer", 1), requirement("buildRecord", "builder", 1)]]
    let bob = try certificate(2, "bob")
    let fingerprintOfBob = bob["fingerprint"]
    return try [
        ([Edit("version", to: "0")], "its version is 0"),
        ([Edit("version", to: "2")], "the first policy, and no other, names no previous one"),
        (
            [Edit("previous", to: .string(String(repeating: "0", count: 64)))],
            "the first policy, and no other, names no previous one"
        ),
        ([Edit("expires", to: "2026-01-01T00:00:00Z")], "it expires before it begins"),
        ([Edit("enclave", "epoch", to: "0")], "the enclave's epoch is 0"),
        (
            [Edit("machines", 3, "id", to: "bob"), Edit("machines", 2, "id", to: "b")],
            "bob is both a person and a machine"
        ),
        ([Edit("schedulers", to: [])], "nobody may ask the enclave for anything"),
        // Counting.
        ([Edit("repositories", 0, "admission", to: [])], "nothing is ever admitted to core"),
        ([Edit("repositories", 0, "admission", 1, to: [])], "alternative 2 of core requires nothing"),
        (
            [Edit("repositories", 0, "admission", 0, 1, "threshold", to: "0")],
            "alternative 1 of core has a threshold below 1"
        ),
        (
            [Edit("repositories", 0, "admission", 0, to: [requirement("sourceApproval", "developer", 1)])],
            "alternative 1 of core requires no statement that says what the package is"
        ),
        ([Edit("repositories", 1, "removal", "threshold", to: "0")], "removal from extra has a threshold below 1"),
        (
            [Edit("repositories", 1, "removal", "threshold", to: "4")],
            "removal from extra needs 4 holders of the role developer, but there are 3"
        ),
        (
            [Edit("repositories", 0, "admission", 0, 0, "distinctFrom", to: ["packageApproval"])],
            "alternative 1 of core has sourceApproval distinct from packageApproval, which changes nothing"
        ),
        (
            [Edit("repositories", 0, "admission", 0, 0, "distinctFrom", to: ["sourceApproval"])],
            "alternative 1 of core has sourceApproval distinct from sourceApproval, which changes nothing"
        ),
        (
            [Edit("repositories", 0, "admission", 0, 0, "distinctFrom", to: ["buildRecord"])],
            "alternative 1 of core has sourceApproval distinct from buildRecord, which changes nothing"
        ),
        (
            // Alice, bob and carol are all the developers, and two of them read the sources.
            [
                Edit(
                    "repositories", 0, "admission", 0,
                    to: [
                        requirement("sourceApproval", "developer", 2), requirement("packageApproval", "developer", 2),
                    ]), Edit("repositories", 0, "admission", 0, 1, "distinctFrom", to: ["sourceApproval"]),
            ],
            "alternative 1 of core needs 2 of packageApproval by developer, but at most 1 can count"
        ),
        ([Edit("quorums", "override", "threshold", to: "1")], "the override quorum has a threshold below 2"),
        ([Edit("quorums", "revocation", "threshold", to: "1")], "the revocation quorum has a threshold below 2"),
        ([Edit("quorums", "clock", "threshold", to: "1")], "the clock quorum has a threshold below 2"),
        ([Edit("quorums", "recovery", "threshold", to: "2")], "the recovery quorum has a threshold below 3"),
        (
            [Edit("quorums", "recovery", "threshold", to: "1"), Edit("quorums", "policy", "threshold", to: "1")],
            "the recovery quorum has a threshold below 2"
        ),
        (
            [Edit("people", 3, "roles", to: ["king"])],
            "the recovery quorum needs 3 holders of the role sysop, but there are 2"
        ),
        ([Edit("quorums", "policy", "threshold", to: "1")], "the policy quorum has a threshold below 2"),
        ([Edit("quorums", "import", "threshold", to: "1")], "the import quorum has a threshold below 2"),
        (
            [Edit("quorums", "import", "threshold", to: "4")],
            "the import quorum needs 4 holders of the role sysop, but there are 3"
        ),
        (
            [Edit("quorums", "policy", "role", to: "king")],
            "the policy quorum needs 2 holders of the role king, but there are 0"
        ),
        (
            [Edit("people", 3, "revokedFingerprints", 0, to: .string(everyone[3]))],
            "the import quorum needs 3 holders of the role sysop, but there are 2"
        ),
        (
            [Edit("people", 3, "certificates", 0, to: nil)],
            "the import quorum needs 3 holders of the role sysop, but there are 2"
        ),
        (
            [Edit("repositories", 0, "admission", 1, 0, "threshold", to: "4")],
            "alternative 2 of core needs 4 of packageApproval by developer, but at most 3 can count"
        ),
        (
            [Edit("machines", 3, "operator", to: "acme"), Edit("machines", 2, "operator", to: "acme")],
            "alternative 1 of core needs 2 of buildRecord by builder, but at most 1 can count"
        ),
        (
            // Alice cannot be the third developer and the third operator.
            [
                Edit("repositories", 0, "admission", 0, 0, "threshold", to: "3"),
                Edit("repositories", 0, "admission", 0, 1, "threshold", to: "3"),
            ],
            "alternative 1 of core needs 3 of buildRecord by builder, but at most 2 can count"
        ),
        (
            // Bob, carol and dave are all the sysops, and alice is the only other developer.
            [
                Edit(
                    "repositories", 0, "admission", 1,
                    to: [requirement("packageApproval", "developer", 3), requirement("packageApproval", "sysop", 2)])
            ],
            "alternative 2 of core needs 2 of packageApproval by sysop, but at most 1 can count"
        ),
        // Keys.
        ([Edit("people", 0, "certificates", to: [bob])], "person alice and person bob share a key"),
        (
            [Edit("people", 3, to: PolicySample.person("dave", ["sysop"], seeds: 2))],
            "person bob and person dave share a key"
        ),
        ([Edit("machines", 1, "publicKey", to: key(21))], "machine acme-1 and machine acme-2 share a key"),
        ([Edit("machines", 0, "publicKey", to: key(1))], "person alice and machine acme-1 share a key"),
        ([Edit("schedulers", 0, "publicKey", to: key(24))], "machine umbra-1 and scheduler scheduler share a key"),
        ([Edit("enclave", "answerKey", to: key(30))], "scheduler scheduler and the enclave's answers share a key"),
        ([Edit("enclave", "answerKey", to: key(41))], "the log and the enclave's answers share a key"),
        ([Edit("enclave", "logKey", to: key(21))], "machine acme-1 and the log share a key"),
        (
            [Edit("people", 3, to: PolicySample.person("dave", ["sysop"], seeds: 40))],
            "person dave and repository key \(PolicySample.certificate(40, "repository").fingerprint) share a key"
        ),
        (
            [Edit("people", 3, "certificates", 0, "fingerprint", to: fingerprintOfBob)],
            "a certificate of person dave is not the one stated, \(everyone[1])"
        ),
        (
            [Edit("enclave", "repositoryKeys", 0, "fingerprint", to: fingerprintOfBob)],
            "a certificate of the enclave is not the one stated, \(everyone[1])"
        ),
        (
            [Edit("repositories", 2, "key", to: fingerprintOfBob)],
            "testing names an unknown key, \(everyone[1])"
        ),
        // Repositories.
        ([Edit("repositories", 0, "architectures", to: [])], "core has no architecture"),
        ([Edit("repositories", 0, "architectures", to: ["any"])], "core has a database of no architecture"),
        (
            [Edit("repositories", 0, "databaseValiditySeconds", to: "59")],
            "databases of core are not valid for between a minute and a year"
        ),
        (
            [Edit("repositories", 0, "databaseValiditySeconds", to: "31536001")],
            "databases of core are not valid for between a minute and a year"
        ),
        ([Edit("repositories", 1, "promotesFrom", to: ["staging"])], "extra names an unknown repository, staging"),
        (
            [Edit("repositories", 1, "acceptsSubstitution", 1, to: "staging")],
            "extra names an unknown repository, staging"
        ),
        ([Edit("repositories", 1, "replacesFrom", 1, to: "staging")], "extra names an unknown repository, staging"),
        (
            [Edit("repositories", 1, "replacesFrom", to: ["extra"])],
            "extra needs no grant to replace its own packages"
        ),
        ([Edit("repositories", 1, "debugCompanion", to: "staging")], "extra names an unknown repository, staging"),
        (
            [Edit("repositories", 1, "debugCompanion", to: "extra")],
            "extra, the debug companion of extra, is the repository itself"
        ),
        (
            [
                Edit("repositories", 1, "debugCompanion", to: "testing"),
                Edit("repositories", 2, "architectures", to: ["x86_64"]),
            ],
            "testing, the debug companion of extra, has other architectures"
        ),
        (
            [
                Edit("repositories", 1, "debugCompanion", to: "testing"),
                Edit("repositories", 2, "debugCompanion", to: "core"),
            ],
            "testing, the debug companion of extra, has a debug companion too"
        ),
        (
            [
                Edit("repositories", 1, "debugCompanion", to: "testing"),
                Edit("repositories", 0, "debugCompanion", to: "testing"),
            ],
            "testing, the debug companion of core, is that of another one too"
        ),
        // Rates.
        (
            [Edit("repositories", 1, "rate", "changes", to: "0")],
            "the rate of extra has no limit, but a window or a reserve"
        ),
        ([Edit("repositories", 1, "rate", "changes", to: "100001")], "the rate of extra is above 100000 changes"),
        (
            [Edit("repositories", 1, "rate", "seconds", to: "59")],
            "the rate of extra is not over between a minute and a year"
        ),
        ([Edit("repositories", 1, "rate", "reserved", to: "41")], "the rate of extra reserves more than all changes"),
        (
            [Edit("repositories", 1, "rate", "reserved", to: "0")],
            "the rate of extra has a reserve without an urgent role, or the role without a reserve"
        ),
        (
            [Edit("repositories", 1, "rate", "urgentRole", to: "")],
            "the rate of extra has a reserve without an urgent role, or the role without a reserve"
        ),
        (
            [Edit("repositories", 1, "rate", "urgentRole", to: "builder")],
            "the rate of extra names the role builder, which nobody holds"
        ),
        (
            [Edit("repositories", 0, "acceptsSubstitution", to: ["extra"])],
            "core admits otherwise than testing, whose database clients take as well"
        ),
        (
            [Edit("repositories", 1, "acceptsSubstitution", to: [])],
            "extra admits otherwise than core, whose database clients take as well"
        ),
        (
            [Edit("repositories", 2, "admission", 0, 0, "role", to: "sysop")],
            "extra admits otherwise than testing, whose database clients take as well"
        ),
        ([Edit("limits", "maxStatementBytes", to: "0")], "limits.maxStatementBytes is not between 1024 and 16777216"),
        ([Edit("limits", "maxJobPackages", to: "0")], "limits.maxJobPackages is not between 1 and 16384"),
        ([Edit("limits", "maxJobPackages", to: "16385")], "limits.maxJobPackages is not between 1 and 16384"),
        (
            [Edit("limits", "maxJobBytes", to: "18446744073709551615")],
            "limits.maxJobBytes is not between 1024 and 900000000"
        ),
        ([Edit("limits", "maxJobBytes", to: "900000001")], "limits.maxJobBytes is not between 1024 and 900000000"),
        ([Edit("limits", "maxAbsenceSeconds", to: "1")], "limits.maxAbsenceSeconds is not between 60 and 31536000"),
        (
            [Edit("limits", "acceptedEarlierPolicies", to: "101")],
            "limits.acceptedEarlierPolicies is not between 0 and 100"
        ),
        (
            [Edit("limits", "recoveryDelaySeconds", to: "86399")],
            "limits.recoveryDelaySeconds is not between 86400 and 31536000"
        ),
        (
            [
                Edit("repositories", 0, "admission", to: mild),
                Edit("quorums", "policy", to: PolicySample.quorum("x", 2)),
            ],
            "the policy quorum needs 2 holders of the role x, but there are 0"
        ),
    ]
}

@Test("a policy that could never be met or that protects nothing is unsound, and says why")
func unsoundPolicies() throws {
    for (edits, reason) in try unsound() {
        let policy = try SigningPolicy(parsing: PolicySample.bytes(edits))
        #expect(policy.unsoundness.contains(reason), "\(policy.unsoundness)")
    }
}

@Test("the signatures of the largest job are checked in one verification")
func largestJob() throws {
    let policy = try PolicySample.policy(Edit("limits", "maxJobPackages", to: "16384"))
    #expect(policy.unsoundness == [])
    #expect(policy.limits.maxJobPackages == VerificationRequest.maximumItemCount)
}

@Test("a person may have several certificates, and repositories with equal rules need accept no substitution")
func soundPolicies() throws {
    let document = try PolicySample.document()
    let policy = try PolicySample.policy(
        Edit("repositories", 0, "admission", to: document["repositories", 1, "admission"]),
        Edit("repositories", 0, "acceptsSubstitution", to: []),
        Edit("repositories", 1, "acceptsSubstitution", to: []),
        Edit("repositories", 2, "acceptsSubstitution", to: []))
    #expect(policy.unsoundness == [])
}

@Test("a repository may have a debug companion with the same architectures, and one in each direction of replacing")
func relatedRepositories() throws {
    let policy = try PolicySample.policy(
        Edit("repositories", 1, "debugCompanion", to: "testing"),
        Edit("repositories", 2, "architectures", to: ["i686", "x86_64"]),
        Edit("repositories", 0, "replacesFrom", to: ["extra", "testing"]),
        Edit("repositories", 1, "rate", "reserved", to: "40"))
    #expect(policy.unsoundness == [])
}

@Test("the order of alternatives and of requirements makes no difference between repositories")
func equalRequirements() throws {
    let admission = try PolicySample.document()["repositories", 0, "admission"]
    let reordered: JSONValue = [admission[1], [admission[0, 1], admission[0, 0]]]
    let policy = try PolicySample.policy(
        Edit("repositories", 1, "admission", to: reordered), Edit("repositories", 2, "admission", to: admission),
        Edit("repositories", 0, "acceptsSubstitution", to: []),
        Edit("repositories", 1, "acceptsSubstitution", to: []),
        Edit("repositories", 2, "acceptsSubstitution", to: []))
    #expect(policy.unsoundness == [])
}

@Test(
    "a key that may sign has an algorithm that is verified here; a subkey for encryption need not",
    arguments: [17, 19, 27])
func signingAlgorithms(algorithm: UInt8) throws {
    let primary = try Certificate(parsing: keyPacket(tag: 6, algorithm: algorithm))
    let dave = try PolicySample.certificate(4, "dave")
    let daveWithSubkey = try Certificate(parsing: dave.bytes + keyPacket(tag: 14, algorithm: algorithm))
    for certificate in [primary, daveWithSubkey] {
        let stated = JSONValue.object(PolicySample.stated(certificate))
        let policy = try PolicySample.policy(Edit("people", 3, "certificates", to: [stated]))
        let key = certificate.keys[certificate.keys.count - 1].fingerprint
        #expect(policy.unsoundness.contains("key \(key) of person dave has the unsupported algorithm \(algorithm)"))
    }
}

@Test("a subkey that only encrypts does no harm, whatever its algorithm", arguments: [2, 16, 18, 25, 26])
func encryptionAlgorithms(algorithm: UInt8) throws {
    let dave = try PolicySample.certificate(4, "dave")
    let certificate = try Certificate(parsing: dave.bytes + keyPacket(tag: 14, algorithm: algorithm))
    #expect(certificate.keys.count == 2)
    let stated = JSONValue.object(PolicySample.stated(certificate))
    #expect(try PolicySample.policy(Edit("people", 3, "certificates", to: [stated])).unsoundness == [])
}

/// A key of an algorithm that nothing here verifies, so that its numbers do not matter.
private func keyPacket(tag: UInt8, algorithm: UInt8) -> [UInt8] {
    let body: [UInt8] = [4, 0x65, 0, 0, 0, algorithm, 1, 2, 3, 4]
    return [0x80 | tag << 2, UInt8(body.count)] + body
}
