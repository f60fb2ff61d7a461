import ALPMTypes
import Attestation
import Cryptography
import OpenPGPFormat
import Policy

/// A step into a document: a field or an element.
enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case field(String)
    case element(Int)

    init(stringLiteral value: String) { self = .field(value) }
    init(integerLiteral value: Int) { self = .element(value) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    init(stringLiteral value: String) { self = .string(value) }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// The value with a part replaced, added or, by nil, removed.
    func replacing(_ path: [Step], by part: JSONValue?) -> JSONValue {
        guard let step = path.first else { return part ?? self }
        let rest = Array(path.dropFirst())
        switch (self, step) {
        case (.object(var members), .field(let key)):
            members[key] = rest.isEmpty ? part : members[key]?.replacing(rest, by: part)
            return .object(members)
        case (.array(var elements), .element(let index)):
            if let part, rest.isEmpty, index == elements.count {
                elements.append(part)
            } else if part == nil, rest.isEmpty {
                elements.remove(at: index)
            } else {
                elements[index] = elements[index].replacing(rest, by: part)
            }
            return .array(elements)
        default: preconditionFailure("the sample has no such place")
        }
    }

    subscript(path: Step...) -> JSONValue {
        path.reduce(self) { value, step in
            switch (value, step) {
            case (.object(let members), .field(let key)): members[key] ?? ""
            case (.array(let elements), .element(let index)): elements[index]
            default: ""
            }
        }
    }
}

/// One edit of the sample.
struct Edit {
    var path: [Step]
    var value: JSONValue?

    init(_ path: Step..., to value: JSONValue?) { (self.path, self.value) = (path, value) }
}

/// A policy with every feature: four people, four machines of three operators, three repositories.
enum PolicySample {
    static func key(_ seed: UInt8) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
    }

    static func certificate(_ seed: UInt8, _ name: String) throws -> Certificate {
        let key = try key(seed)
        let draft = try CertificateDraft(
            material: .ed25519(key.publicKey), creationTime: 1_700_000_000, userID: "\(name) <\(name)@reposeal.example>"
        )
        return try draft.certificate(rawSignature: key.sign(draft.digest.bytes).bytes)
    }

    static func stated(_ certificate: Certificate) -> [String: JSONValue] {
        [
            "fingerprint": .string(certificate.fingerprint.hex),
            "certificate": .string(Base64.encode(certificate.bytes)),
        ]
    }

    static func person(_ id: String, _ roles: [String], seeds: UInt8...) throws -> JSONValue {
        let certificates = try seeds.map { try certificate($0, id) }.sorted { $0.fingerprint < $1.fingerprint }
        return .object([
            "id": .string(id), "roles": .array(roles.map { .string($0) }),
            "certificates": .array(certificates.map { .object(stated($0)) }), "revokedFingerprints": [],
        ])
    }

    static func machine(_ id: String, _ operatorName: String, seed: UInt8) throws -> JSONValue {
        .object([
            "id": .string(id), "operator": .string(operatorName), "roles": ["builder"],
            "publicKey": .string(try key(seed).publicKey.hex),
        ])
    }

    static func quorum(_ role: String, _ threshold: Int) -> JSONValue {
        .object(["role": .string(role), "threshold": .string(String(threshold))])
    }

    static func requirement(_ kind: String, _ role: String, _ threshold: Int) -> JSONValue {
        .object([
            "kind": .string(kind), "role": .string(role), "threshold": .string(String(threshold)), "distinctFrom": [],
        ])
    }

    static func repository(
        _ name: String, admission: JSONValue, promotesFrom: JSONValue = [], accepts: JSONValue,
        replacesFrom: JSONValue = [], rate: JSONValue = rate("0", per: "0", reserved: "0", for: "")
    ) throws -> JSONValue {
        .object([
            "name": .string(name), "architectures": ["x86_64", "i686"],
            "key": .string(try certificate(40, "repository").fingerprint.hex), "monotonic": "allTime",
            "databaseValiditySeconds": "1209600", "admission": admission, "removal": quorum("developer", 2),
            "promotesFrom": promotesFrom, "acceptsSubstitution": accepts, "debugCompanion": "",
            "replacesFrom": replacesFrom, "rate": rate,
        ])
    }

    static func rate(_ changes: String, per seconds: String, reserved: String, for role: String) -> JSONValue {
        .object([
            "changes": .string(changes), "seconds": .string(seconds), "reserved": .string(reserved),
            "urgentRole": .string(role),
        ])
    }

    /// core: two developers and two operators, or three developers for the packages; extra and testing: one and one.
    static func document() throws -> JSONValue {
        let strict: JSONValue = [
            [requirement("sourceApproval", "developer", 2), requirement("buildRecord", "builder", 2)],
            [requirement("packageApproval", "developer", 3)],
        ]
        let mild: JSONValue = [
            [requirement("sourceApproval", "developer", 1), requirement("buildRecord", "builder", 1)]
        ]
        return .object([
            "format": "reposeal-policy-1", "distribution": "Example", "version": "1", "previous": "",
            "notBefore": "2026-01-01T00:00:00Z", "expires": "2028-01-01T00:00:00Z",
            "notationDomain": "reposeal.example",
            "people": .array([
                try person("alice", ["developer"], seeds: 1, 11), try person("bob", ["developer", "sysop"], seeds: 2),
                try person("carol", ["developer", "sysop"], seeds: 3), try person("dave", ["sysop"], seeds: 4),
            ]),
            "machines": .array([
                try machine("acme-1", "acme", seed: 21), try machine("acme-2", "acme", seed: 22),
                try machine("alice-1", "alice", seed: 23), try machine("umbra-1", "umbra", seed: 24),
            ]),
            "schedulers": [.object(["id": "scheduler", "publicKey": .string(try key(30).publicKey.hex)])],
            "enclave": .object([
                "epoch": "1", "logOrigin": "reposeal.example/log", "logKey": .string(try key(41).publicKey.hex),
                "answerKey": .string(try key(42).publicKey.hex),
                "repositoryKeys": [
                    .object(stated(try certificate(40, "repository")).merging(["demonstration": "yes"]) { $1 })
                ],
                "restart": "peer",
            ]),
            "quorums": .object([
                "policy": quorum("sysop", 2), "import": quorum("sysop", 3), "override": quorum("sysop", 2),
                "revocation": quorum("sysop", 2), "clock": quorum("sysop", 2), "recovery": quorum("sysop", 3),
            ]),
            "repositories": .array([
                try repository("core", admission: strict, accepts: ["extra", "testing"]),
                try repository(
                    "extra", admission: mild, promotesFrom: ["testing"], accepts: ["core"], replacesFrom: ["core"],
                    rate: rate("40", per: "3600", reserved: "10", for: "sysop")),
                try repository("testing", admission: mild, accepts: ["core"]),
            ]),
            "limits": .object([
                "maxStatementBytes": "1048576", "maxJobPackages": "1000", "maxJobBytes": "67108864",
                "maxAbsenceSeconds": "2592000", "acceptedEarlierPolicies": "0",
                "recoveryDelaySeconds": "604800",
            ]),
        ])
    }

    static func bytes(_ edits: Edit...) throws -> [UInt8] { try bytes(edits) }

    static func bytes(_ edits: [Edit]) throws -> [UInt8] {
        CanonicalJSON.encode(try edits.reduce(document()) { $0.replacing($1.path, by: $1.value) })
    }

    static func policy(_ edits: Edit...) throws -> SigningPolicy { try SigningPolicy(parsing: bytes(edits)) }
}
