import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol

/// A small distribution: three developers, two sysops, two builders, the repositories core and testing.
struct Distribution {
    static let start: UInt64 = 1_800_000_000
    static let developers = ["alice", "bob", "carol"]
    static let sysops = ["erin", "frank"]
    static let builders = ["builder1", "builder2"]

    let policy: SigningPolicy
    /// The policy's canonical text.
    let bytes: [UInt8]

    init(repositoryKeySeed: UInt8 = 40, changing change: (inout [String: JSONValue]) -> Void = { _ in }) throws {
        var document = try Self.document(repositoryKeySeed: repositoryKeySeed)
        change(&document)
        bytes = CanonicalJSON.encode(.object(document))
        policy = try SigningPolicy(parsing: bytes)
    }

    private static func key(_ seed: UInt8) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
    }

    private static func certificate(_ seed: UInt8, _ name: String) throws -> Certificate {
        let key = try key(seed)
        let draft = try CertificateDraft(
            material: .ed25519(key.publicKey), creationTime: UInt32(start - 1000), userID: name)
        return try draft.certificate(rawSignature: key.sign(draft.digest.bytes).bytes)
    }

    private static func stated(_ certificate: Certificate) -> [String: JSONValue] {
        [
            "fingerprint": .string(certificate.fingerprint.hex),
            "certificate": .string(Base64.encode(certificate.bytes)),
        ]
    }

    private static func requirement(_ kind: String, _ role: String) -> JSONValue {
        .object([
            "kind": .string(kind), "role": .string(role), "threshold": .string("2"), "distinctFrom": .array([]),
        ])
    }

    private static func quorum(_ role: String, _ threshold: Int = 2) -> JSONValue {
        .object(["role": .string(role), "threshold": .string(String(threshold))])
    }

    private static func repository(_ name: String, key: Fingerprint, monotonic: String) -> JSONValue {
        .object([
            "name": .string(name), "architectures": .array([.string("x86_64")]), "key": .string(key.hex),
            "monotonic": .string(monotonic), "databaseValiditySeconds": .string("1209600"),
            "admission": .array([
                .array([requirement("sourceApproval", "developer"), requirement("buildRecord", "builder")])
            ]),
            "removal": quorum("developer"), "promotesFrom": .array([]), "acceptsSubstitution": .array([]),
            "debugCompanion": .string(""), "replacesFrom": .array([]),
            "rate": .object([
                "changes": .string("0"), "seconds": .string("0"), "reserved": .string("0"), "urgentRole": .string(""),
            ]),
        ])
    }

    /// A person with one role and one key.
    static func person(_ id: String, _ role: String, seed: UInt8) throws -> JSONValue {
        .object([
            "id": .string(id), "roles": .array([.string(role)]),
            "certificates": .array([.object(stated(try certificate(seed, "\(id) <\(id)@example.org>")))]),
            "revokedFingerprints": .array([]),
        ])
    }

    private static func document(repositoryKeySeed: UInt8) throws -> [String: JSONValue] {
        var people: [(id: String, value: JSONValue)] = []
        for (index, id) in (developers + sysops).enumerated() {
            let role = developers.contains(id) ? "developer" : "sysop"
            people.append((id, try person(id, role, seed: UInt8(index + 1))))
        }
        let machines = try builders.enumerated().map { index, id in
            JSONValue.object([
                "id": .string(id), "operator": .string("operator\(index)"), "roles": .array([.string("builder")]),
                "publicKey": .string(try key(UInt8(20 + index)).publicKey.hex),
            ])
        }
        let repositoryKey = try certificate(repositoryKeySeed, "Example repository <repository@example.org>")
        return [
            "format": .string("reposeal-policy-1"), "distribution": .string("Example"), "version": .string("1"),
            "previous": .string(""), "notBefore": .string("2026-01-01T00:00:00Z"),
            "expires": .string("2036-01-01T00:00:00Z"), "notationDomain": .string("reposeal.example"),
            "people": .array(people.map(\.value)), "machines": .array(machines),
            "schedulers": .array([
                .object(["id": .string("scheduler"), "publicKey": .string(try key(30).publicKey.hex)])
            ]),
            "enclave": .object([
                "epoch": .string("1"), "logOrigin": .string("example.org/log"),
                "logKey": .string(try key(41).publicKey.hex), "answerKey": .string(try key(42).publicKey.hex),
                "repositoryKeys": .array([
                    .object(stated(repositoryKey).merging(["demonstration": .string("yes")]) { $1 })
                ]),
                "restart": .string("peer"),
            ]),
            "quorums": .object([
                "policy": quorum("sysop"), "import": quorum("sysop"), "override": quorum("sysop"),
                "revocation": quorum("sysop"), "clock": quorum("sysop"), "recovery": quorum("developer", 3),
            ]),
            "repositories": .array([
                repository("core", key: repositoryKey.fingerprint, monotonic: "allTime"),
                repository("testing", key: repositoryKey.fingerprint, monotonic: "whilePresent"),
            ]),
            "limits": .object([
                "maxStatementBytes": .string("1048576"), "maxJobPackages": .string("3"),
                "maxJobBytes": .string("67108864"), "maxAbsenceSeconds": .string("2592000"),
                "acceptedEarlierPolicies": .string("0"), "recoveryDelaySeconds": .string("604800"),
            ]),
        ]
    }

    func header(_ signer: String, from: UInt64 = start - 100, until: UInt64 = start + 100) throws -> StatementHeader {
        try StatementHeader(
            distribution: policy.digest, policyVersion: 1, notBefore: from, notAfter: until,
            nonce: [UInt8](repeating: 7, count: 16), signer: SignerID(parsing: signer))
    }

    /// A statement as it looks after both verifiers agreed on its signature.
    func verified(_ statement: Statement) throws -> VerifiedStatement {
        let id = statement.header.signer
        let signer: Signer =
            if let person = policy.person(id) {
                .person(id, person.certificates[0].fingerprint)
            } else {
                .machine(id, operator: policy.machine(id)?.operator ?? "")
            }
        return VerifiedStatement(
            uncheckedAfterVerification: statement,
            digest: Envelope(payload: statement.canonicalBytes, signature: []).digest, signer: signer)
    }
}
