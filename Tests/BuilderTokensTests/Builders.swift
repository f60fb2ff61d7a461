import ALPMTypes
import Attestation
import BuilderTokens
import Cryptography
import Policy

/// A policy of two builders and nobody else, and packages of theirs.
enum Builders {
    static let now: UInt64 = 1_800_000_000

    static func key(_ name: String) throws -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: SHA256.digest(of: Array(name.utf8)).bytes)
    }

    static func policy() throws -> SigningPolicy {
        let zeros = JSONValue.string(SHA256Digest.zeros.hex)
        func machine(_ id: String) throws -> JSONValue {
            .object([
                "id": .string(id), "operator": .string(id), "roles": .array([.string("builder")]),
                "publicKey": .string(try key(id).publicKey.hex),
            ])
        }
        let quorum = JSONValue.object(["role": .string("sysop"), "threshold": .string("2")])
        let quorums = ["policy", "import", "override", "revocation", "clock", "recovery"]
        let numbers = [
            "maxStatementBytes", "maxJobPackages", "maxJobBytes", "maxAbsenceSeconds", "acceptedEarlierPolicies",
            "recoveryDelaySeconds",
        ]
        return try SigningPolicy(
            parsing: CanonicalJSON.encode(
                .object([
                    "format": .string(SigningPolicy.format), "distribution": .string("Example"),
                    "version": .string("1"), "previous": .string(""), "notBefore": .string("2020-01-01T00:00:00Z"),
                    "expires": .string("2099-01-01T00:00:00Z"), "notationDomain": .string("reposeal.example"),
                    "people": .array([]), "machines": .array([try machine("builder1"), try machine("builder2")]),
                    "schedulers": .array([]), "repositories": .array([]),
                    "enclave": .object([
                        "epoch": .string("1"), "logOrigin": .string("reposeal.example/log"), "logKey": zeros,
                        "answerKey": zeros, "repositoryKeys": .array([]), "restart": .string("peer"),
                    ]),
                    "quorums": .object(Dictionary(uniqueKeysWithValues: quorums.map { ($0, quorum) })),
                    "limits": .object(Dictionary(uniqueKeysWithValues: numbers.map { ($0, .string("1")) })),
                ])))
    }

    static func package(
        builder: String = "builder1", fileName: String = "hello-1.0-1-any.pkg.tar.zst", content: String = "hello",
        size: UInt64 = 5
    ) throws -> UploadedPackage {
        UploadedPackage(
            builder: try SignerID(parsing: builder), fileName: try PackageFileName(parsing: fileName),
            sha256: SHA256.digest(of: Array(content.utf8)), size: size)
    }

    static func token(
        scope: String = UploadToken.scope, method: String = "PATCH", builder: String = "builder1",
        distribution: SHA256Digest? = nil, from: UInt64 = now - 60, to: UInt64 = now + 60
    ) throws -> UploadToken {
        UploadToken(
            scope: scope, method: method, package: try package(builder: builder),
            distribution: try distribution ?? policy().digest, notBefore: from, notAfter: to)
    }

    static func verdict(
        on token: UploadToken, signedBy name: String = "builder1", at time: UInt64 = now
    ) throws -> TokenVerdict {
        let text = try SignedUploadToken(signing: token, with: key(name)).text
        let policy = try policy()
        return try SignedUploadToken(parsing: text)
            .verdict(under: policy, distribution: policy.digest, method: "PATCH", now: time)
    }
}
