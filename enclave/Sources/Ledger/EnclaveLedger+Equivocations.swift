public import ALPMTypes
public import Cryptography

/// A second content that was asked for under a name and version.
public struct StoredEquivocation: Hashable, Sendable {
    /// The architecture of the database.
    public var architecture: Architecture
    /// The package's name.
    public var name: PackageName
    /// The version; all that vercmp calls equal are one.
    public var version: Version
    /// The SHA-256 of the package that was asked for.
    public var packageDigest: SHA256Digest

    /// Puts the parts together.
    public init(architecture: Architecture, name: PackageName, version: Version, packageDigest: SHA256Digest) {
        self.architecture = architecture
        self.name = name
        self.version = version
        self.packageDigest = packageDigest
    }

    fileprivate var key: [SQLValue] {
        [
            .text(architecture.text), .text(name.text), .text(version.equivalenceKey), .blob(packageDigest.bytes),
        ]
    }
}

extension EnclaveLedger {
    /// Whether this was recorded before.
    public func isRecorded(_ equivocation: StoredEquivocation) throws(LedgerError) -> Bool {
        var search = try connection.prepare(
            """
            SELECT 1 FROM equivocation WHERE architecture = ? AND name = ? AND version_class = ? AND package_digest = ?
            """)
        try search.bind(equivocation.key)
        return try search.step()
    }

    /// How many were recorded.
    public func equivocationCount() throws(LedgerError) -> UInt64 {
        try connection.rows("SELECT count(*) FROM equivocation") { row in row.integer(0) }.first ?? 0
    }

    /// Records what was asked for, with its leaves and the checkpoint over them, in one transaction.
    ///
    /// Throws `conflict`, with nothing written, if one was recorded before, a job is accepted and not finished, or the log
    /// does not have the size that the leaves were made for.
    public mutating func record(
        _ equivocations: [StoredEquivocation], log: LogAppend, time: UInt64
    ) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            guard try openIntents().isEmpty else { throw .conflict(rule: "a job is accepted and not finished") }
            var insertion = try connection.prepare(
                """
                INSERT INTO equivocation (architecture, name, version_class, package_digest, time)
                VALUES (?, ?, ?, ?, ?)
                """)
            for equivocation in equivocations {
                guard try !isRecorded(equivocation) else { throw .conflict(rule: "an equivocation is recorded once") }
                try insertion.run(equivocation.key + [.integer(time)])
            }
            try appendToLog(log)
            try raiseTime(to: time)
        }
    }
}
