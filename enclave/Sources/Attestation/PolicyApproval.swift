public import Cryptography

/// A person approves a policy, to follow the one in force or to be announced in a recovery.
public struct PolicyApproval: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The version of the approved policy.
    public let version: UInt64
    /// The digest of the approved policy's bytes.
    public let policy: SHA256Digest
    /// Whether it is for a recovery, and for nothing else then.
    public let isForRecovery: Bool

    /// Puts the parts together; throws for a version 0.
    public init(
        header: StatementHeader, version: UInt64, policy: SHA256Digest, isForRecovery: Bool = false
    ) throws(AttestationError) {
        guard version > 0 else { throw .malformedField(path: "predicate.version", expected: "a number above 0") }
        self.header = header
        self.version = version
        self.policy = policy
        self.isForRecovery = isForRecovery
    }
}

extension PolicyApproval: Predicate {
    static let name = "policy-approval"
    static let fields = ["recovery", "version"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, version: reader.decimal("version"), policy: subject, isForRecovery: reader.flag("recovery"))
    }

    var members: [String: JSONValue] {
        ["recovery": .string(isForRecovery ? "yes" : "no"), "version": .string(String(version))]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { [("policy.json", policy)] }
    var statement: Statement { .policyApproval(self) }
}
