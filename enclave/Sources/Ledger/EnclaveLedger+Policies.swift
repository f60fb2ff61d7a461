public import Cryptography

/// A version of the policy, as it was accepted.
public struct StoredPolicy: Hashable, Sendable {
    /// Its number, from 1.
    public var version: UInt64
    /// The digest of its bytes.
    public var digest: SHA256Digest
    /// The canonical bytes.
    public var bytes: [UInt8]

    /// Puts the parts together.
    public init(version: UInt64, digest: SHA256Digest, bytes: [UInt8]) {
        self.version = version
        self.digest = digest
        self.bytes = bytes
    }
}

extension EnclaveLedger {
    /// The policy in force; nil before policy 1.
    public func currentPolicy() throws(LedgerError) -> StoredPolicy? {
        try connection.rows(
            "SELECT version, digest, bytes FROM policy ORDER BY version DESC LIMIT 1", read: Self.policy
        )
        .first
    }

    /// One version of the policy; nil if there was none of that number.
    public func policy(version: UInt64) throws(LedgerError) -> StoredPolicy? {
        try connection.rows(
            "SELECT version, digest, bytes FROM policy WHERE version = ?", .integer(version), read: Self.policy
        ).first
    }

    /// The digest of policy 1, which is the distribution's identity; nil before policy 1.
    public func firstPolicyDigest() throws(LedgerError) -> SHA256Digest? { try policy(version: 1)?.digest }

    /// Puts policy 1 in force and its leaf into the log; later ones come by a motion.
    ///
    /// Throws `conflict` if it is another one than policy 1, or if there is a policy.
    public mutating func begin(_ policy: StoredPolicy, log: LogAppend, time: UInt64) throws(LedgerError) {
        guard policy.version == 1 else { throw .conflict(rule: "the first policy is policy 1") }
        try connection.transaction { () throws(LedgerError) in
            try insert(policy)
            try appendToLog(log)
            try raiseTime(to: time)
        }
    }

    /// Throws `conflict` unless the version is one more than the current one; inside the caller's transaction.
    func insert(_ policy: StoredPolicy) throws(LedgerError) {
        let current = try currentPolicy()?.version ?? 0
        guard policy.version == current + 1 else {
            throw .conflict(rule: "policy \(policy.version) does not follow policy \(current)")
        }
        try connection.run(
            "INSERT INTO policy (version, digest, bytes) VALUES (?, ?, ?)",
            .integer(policy.version), .blob(policy.digest.bytes), .blob(policy.bytes))
    }

    private static func policy(_ row: borrowing Statement) throws(LedgerError) -> StoredPolicy {
        StoredPolicy(version: row.integer(0), digest: try row.digest(1, "policy digest"), bytes: row.blob(2))
    }
}
