import Attestation
package import Cryptography
import Policy

/// A policy of two builders and nobody else, and their keys.
package enum BuilderPolicy {
    /// The key of a builder, or of who calls himself so.
    package static func key(_ name: String) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: SHA256.digest(of: Array(name.utf8)).bytes)
    }

    /// The policy's bytes, with a scheduler whose requests have this key if one is given.
    package static func bytes(requestKey: Ed25519PublicKey? = nil) throws -> [UInt8] {
        let zeros = JSONValue.string(SHA256Digest.zeros.hex)
        func machine(_ id: String) throws -> JSONValue {
            .object([
                "id": .string(id), "operator": .string(id), "roles": .array([.string("builder")]),
                "publicKey": .string(try key(id).publicKey.hex),
            ])
        }
        let schedulers = requestKey.map {
            [JSONValue.object(["id": .string("scheduler"), "publicKey": .string($0.hex)])]
        }
        let quorum = JSONValue.object(["role": .string("sysop"), "threshold": .string("2")])
        let quorums = ["policy", "import", "override", "revocation", "clock", "recovery"]
        let numbers = [
            "maxStatementBytes", "maxJobPackages", "maxJobBytes", "maxAbsenceSeconds", "acceptedEarlierPolicies",
            "recoveryDelaySeconds",
        ]
        return CanonicalJSON.encode(
            .object([
                "format": .string(SigningPolicy.format), "distribution": .string("Example"), "version": .string("1"),
                "previous": .string(""), "notBefore": .string("2020-01-01T00:00:00Z"),
                "expires": .string("2099-01-01T00:00:00Z"), "notationDomain": .string("reposeal.example"),
                "people": .array([]), "machines": .array([try machine("builder1"), try machine("builder2")]),
                "schedulers": .array(schedulers ?? []), "repositories": .array([]),
                "enclave": .object([
                    "epoch": .string("1"), "logOrigin": .string("reposeal.example/log"), "logKey": zeros,
                    "answerKey": zeros, "repositoryKeys": .array([]), "restart": .string("peer"),
                ]),
                "quorums": .object(Dictionary(uniqueKeysWithValues: quorums.map { ($0, quorum) })),
                "limits": .object(Dictionary(uniqueKeysWithValues: numbers.map { ($0, .string("1000000")) })),
            ]))
    }
}
