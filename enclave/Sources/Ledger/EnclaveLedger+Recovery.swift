public import Cryptography

/// A policy that the recovery quorum announced and that is not in force yet.
public struct PendingRecovery: Hashable, Sendable {
    /// The policy.
    public var policy: StoredPolicy
    /// The statements on whose evidence it was announced.
    public var evidence: [SHA256Digest]
    /// For how many seconds the enclave was seen to run since.
    public var waited: UInt64
}

extension EnclaveLedger {
    /// The announced policy; nil if none waits.
    public func pendingRecovery() throws(LedgerError) -> PendingRecovery? {
        try connection.rows("SELECT version, digest, bytes, evidence, waited FROM recovery") {
            row throws(LedgerError) in
            let evidence = row.blob(3)
            var statements: [SHA256Digest] = []
            for start in stride(from: 0, to: evidence.count, by: SHA256Digest.byteCount) {
                let bytes = evidence[start..<min(start + SHA256Digest.byteCount, evidence.count)]
                guard let digest = try? SHA256Digest(bytes: Array(bytes)) else {
                    throw .malformed(field: "evidence", expected: "SHA-256 digests")
                }
                statements.append(digest)
            }
            return PendingRecovery(
                policy: StoredPolicy(
                    version: row.integer(0), digest: try row.digest(1, "policy digest"), bytes: row.blob(2)),
                evidence: statements, waited: row.integer(4))
        }.first
    }

    /// Writes down that the announced policy has waited so many seconds more; nothing if there is none.
    public mutating func recordWait(ofSeconds seconds: UInt64) throws(LedgerError) {
        try connection.run("UPDATE recovery SET waited = waited + ?", .integer(seconds))
    }

    /// Lets a policy wait from now on, instead of any that waited before; inside the caller's transaction.
    func announce(_ policy: StoredPolicy, on evidence: [SHA256Digest]) throws(LedgerError) {
        try connection.run(
            "INSERT OR REPLACE INTO recovery (id, version, digest, bytes, evidence) VALUES (0, ?, ?, ?, ?)",
            .integer(policy.version), .blob(policy.digest.bytes), .blob(policy.bytes), .blob(evidence.flatMap(\.bytes)))
    }
}
