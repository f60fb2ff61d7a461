public import ALPMTypes
public import Cryptography

/// A statement that was used up, and by what.
public struct ConsumedStatement: Hashable, Sendable {
    /// The digest of the statement.
    public var statement: SHA256Digest
    /// The hash of the job or motion that it was used for.
    public var job: SHA256Digest
}

/// A content that was revoked, and when first.
public struct StoredRevocation: Hashable, Sendable {
    /// The content's digest.
    public var package: SHA256Digest
    /// When, in Unix seconds.
    public var time: UInt64
}

/// A second content that was recorded, and when.
public struct RecordedEquivocation: Hashable, Sendable {
    /// What was asked for; the version is one of its class.
    public var equivocation: StoredEquivocation
    /// When, in Unix seconds.
    public var time: UInt64
}

/// What an export takes whole; a decision asks for the rows that it needs, by other functions.
extension EnclaveLedger {
    /// Every claim of one database in the order in which they came.
    public func claims(
        repository: RepositoryName, architecture: Architecture
    ) throws(LedgerError) -> [StoredClaim] {
        try connection.rows(
            """
            SELECT claim.name, claim.version, claim.package_digest, claim.base, claim.description_digest,
                claim.files_digest, claim.removed_at
            FROM claim JOIN repository ON repository.id = claim.repository
            WHERE repository.name = ? AND repository.architecture = ? ORDER BY claim.id
            """, .text(repository.text), .text(architecture.text)
        ) { row throws(LedgerError) in
            StoredClaim(
                repository: repository,
                claim: IdentityClaim(
                    name: try row.parsed(0, "name") { text throws(ALPMError) in try .init(parsing: text) },
                    version: try row.parsed(1, "version") { text throws(ALPMError) in try .init(parsing: text) },
                    packageDigest: try row.digest(2, "package digest"),
                    base: try row.parsed(3, "base") { text throws(ALPMError) in try .init(parsing: text) },
                    descriptionDigest: try row.digest(4, "description digest"),
                    filesDigest: try row.optionalDigest(5, "files digest")),
                removedAt: row.optionalInteger(6))
        }
    }

    /// The jobs that have an outcome, in the order in which they got it.
    public func finishedJobs() throws(LedgerError) -> [SHA256Digest] {
        try connection.rows("SELECT job FROM outcome ORDER BY rowid") { row throws(LedgerError) in
            try row.digest(0, "job hash")
        }
    }

    /// Every package signature, by package and key.
    public func packageSignatures() throws(LedgerError) -> [PackageSignatureRecord] {
        try connection.rows(
            "SELECT package_digest, key, file_name, bytes FROM package_signature ORDER BY package_digest, key"
        ) { row throws(LedgerError) in
            PackageSignatureRecord(
                packageDigest: try row.digest(0, "package digest"), key: row.blob(1),
                fileName: try row.parsed(2, "file name") { text throws(ALPMError) in try .init(parsing: text) },
                bytes: row.blob(3))
        }
    }

    /// Every statement that was used up, by its digest.
    public func consumedStatements() throws(LedgerError) -> [ConsumedStatement] {
        try connection.rows("SELECT digest, job FROM consumed_statement ORDER BY digest") { row throws(LedgerError) in
            ConsumedStatement(statement: try row.digest(0, "statement"), job: try row.digest(1, "job hash"))
        }
    }

    /// Every content that was revoked, by its digest.
    public func revocations() throws(LedgerError) -> [StoredRevocation] {
        try connection.rows("SELECT package_digest, time FROM revocation ORDER BY package_digest") {
            row throws(LedgerError) in
            StoredRevocation(package: try row.digest(0, "package digest"), time: row.integer(1))
        }
    }

    /// Every second content that was recorded, by its key.
    public func equivocations() throws(LedgerError) -> [RecordedEquivocation] {
        try connection.rows(
            "SELECT architecture, name, version_class, package_digest, time FROM equivocation ORDER BY 1, 2, 3, 4"
        ) { row throws(LedgerError) in
            RecordedEquivocation(
                equivocation: StoredEquivocation(
                    architecture: try row.parsed(0, "architecture") { text throws(ALPMError) in
                        try .init(parsing: text)
                    },
                    name: try row.parsed(1, "name") { text throws(ALPMError) in try .init(parsing: text) },
                    version: try row.parsed(2, "version") { text throws(ALPMError) in try .init(parsing: text) },
                    packageDigest: try row.digest(3, "package digest")),
                time: row.integer(4))
        }
    }

    /// The signed note of this log that the log contradicts, if one was ever shown.
    public func contradiction() throws(LedgerError) -> [UInt8]? {
        try connection.rows("SELECT contradiction FROM head WHERE contradiction IS NOT NULL") { row in row.blob(0) }
            .first
    }
}
