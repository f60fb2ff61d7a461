import Attestation
public import Cryptography
public import OpenPGPFormat

/// A key with which the enclave signs databases and packages.
public struct RepositoryKey: Hashable, Sendable {
    /// What clients trust; the stated fingerprint is that of the key that signs: the primary key or a subkey.
    public let stated: StatedCertificate
    /// Whether it may be loaded where broker and monitor share a user, which no real key may.
    public let isDemonstration: Bool

    /// The fingerprint that the policy states: of the key that signs.
    public var fingerprint: Fingerprint { stated.fingerprint }

    /// The key that signs; nil if the certificate does not have it, which makes a policy unsound.
    public var signingKey: PublicKey? { stated.certificate.keys.first { $0.fingerprint == fingerprint } }

    /// Whether a signature that verified is by this very key, and not by another one of its certificate.
    public func made(_ verdict: SignatureVerdict) -> Bool {
        verdict.signingFingerprint == fingerprint && verdict.primaryFingerprint == stated.certificate.fingerprint
    }

    static let fields = StatedCertificate.fields + ["demonstration"]

    init(_ reader: FieldReader) throws(AttestationError) {
        stated = try StatedCertificate(reader)
        isDemonstration = try reader.flag("demonstration")
    }
}

extension SigningPolicy {
    /// The keys of repositories that their certificates do not let sign at a time, such as expired ones.
    public func mutedKeys(at now: UInt64) -> [Fingerprint] {
        let used = Set(repositories.map(\.key))
        return enclave.repositoryKeys.filter {
            used.contains($0.fingerprint) && !$0.stated.certificate.signingKeys(at: now).contains($0.fingerprint)
        }.map(\.fingerprint)
    }
}

/// What a restarted enclave waits for before it decides anything (H23).
public enum RestartRule: String, CaseIterable, Sendable {
    /// That its peer shows the last checkpoint it received.
    case peer
    /// That the policy quorum confirms the head of the log.
    case quorum
}

/// Which enclave the policy is for, and its keys.
public struct EnclaveKeys: Hashable, Sendable {
    /// Counts rebuilt enclaves; requests name it.
    public let epoch: UInt64
    /// The first line of every checkpoint, and the name of the log key.
    public let logOrigin: String
    /// The key that verifies checkpoints.
    public let logKey: Ed25519PublicKey
    /// The key that verifies answers.
    public let answerKey: Ed25519PublicKey
    /// The keys of the repositories.
    public let repositoryKeys: [RepositoryKey]

    /// The repository key with this fingerprint.
    public func repositoryKey(_ fingerprint: Fingerprint) -> RepositoryKey? {
        repositoryKeys.first { $0.fingerprint == fingerprint }
    }

    /// What the enclave waits for after a start.
    public let restart: RestartRule

    static let fields = ["epoch", "logOrigin", "logKey", "answerKey", "repositoryKeys", "restart"]

    init(_ reader: FieldReader) throws(AttestationError) {
        epoch = try reader.decimal("epoch")
        logOrigin = try reader.text("logOrigin")
        guard (1...255).contains(logOrigin.utf8.count), !logOrigin.utf8.contains(where: " +".utf8.contains) else {
            throw reader.failure("logOrigin", "1 to 255 characters, neither spaces nor +")
        }
        logKey = try reader.publicKey("logKey")
        answerKey = try reader.publicKey("answerKey")
        var keys: [RepositoryKey] = []
        for item in try reader.objects("repositoryKeys", keys: RepositoryKey.fields, sortedBy: "fingerprint") {
            keys.append(try RepositoryKey(item))
        }
        repositoryKeys = keys
        restart = try reader.word("restart", as: RestartRule.self)
    }
}
