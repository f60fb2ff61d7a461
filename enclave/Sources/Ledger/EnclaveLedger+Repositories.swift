public import ALPMTypes
public import Cryptography

/// What is known of one database of one repository.
public struct RepositoryState: Hashable, Sendable {
    /// The repository.
    public var repository: RepositoryName
    /// The architecture of the database.
    public var architecture: Architecture
    /// How often it was signed.
    public var serial: UInt64
    /// The digest of the last `.db`.
    public var databaseDigest: SHA256Digest
    /// The digest of the last `.files`.
    public var filesDigest: SHA256Digest
    /// The digest of the set of entries in both.
    public var entrySet: SHA256Digest
    /// When it was last signed, in Unix seconds.
    public var signedAt: UInt64
    /// The 20-byte fingerprint of the key that signed it then.
    public var key: [UInt8]
}

/// An entry of a database by the digests of its texts.
public struct StoredListing: Hashable, Sendable {
    /// The entry's directory, `NAME-VERSION`.
    public var directory: String
    /// The SHA-256 of `desc`.
    public var descriptionDigest: SHA256Digest
    /// The SHA-256 of `files`; nil where an import found none.
    public var filesDigest: SHA256Digest?
}

/// An entry of a database, as it was admitted.
public struct StoredEntry: Hashable, Sendable {
    /// The bytes of its `desc`.
    public var description: [UInt8]
    /// The bytes of its `files`; nil where an import found none.
    public var files: [UInt8]?

    /// Puts the parts together.
    public init(description: [UInt8], files: [UInt8]?) {
        self.description = description
        self.files = files
    }
}

/// A (name, version) that was admitted to one database, and the content that it stands for ever since.
public struct IdentityClaim: Hashable, Sendable {
    /// The package's name.
    public var name: PackageName
    /// The package's version.
    public var version: Version
    /// The SHA-256 of the package.
    public var packageDigest: SHA256Digest
    /// The name of the build it came from (`%BASE%`).
    public var base: PackageName
    /// The SHA-256 of the bytes of its `desc`.
    public var descriptionDigest: SHA256Digest
    /// The SHA-256 of the bytes of its `files`; nil where an import found none.
    public var filesDigest: SHA256Digest?

    /// Puts the parts together.
    public init(
        name: PackageName, version: Version, packageDigest: SHA256Digest, base: PackageName,
        descriptionDigest: SHA256Digest, filesDigest: SHA256Digest?
    ) {
        self.name = name
        self.version = version
        self.packageDigest = packageDigest
        self.base = base
        self.descriptionDigest = descriptionDigest
        self.filesDigest = filesDigest
    }
}

/// A claim as the ledger remembers it.
public struct StoredClaim: Hashable, Sendable {
    /// The repository that it was admitted to.
    public var repository: RepositoryName
    /// What was claimed.
    public var claim: IdentityClaim
    /// When it was last removed, in Unix seconds; nil if never.
    public var removedAt: UInt64?
}

extension EnclaveLedger {
    /// How often this database was signed; 0 if never.
    public func serial(repository: RepositoryName, architecture: Architecture) throws(LedgerError) -> UInt64 {
        try connection.rows(
            "SELECT serial FROM repository WHERE name = ? AND architecture = ?",
            .text(repository.text), .text(architecture.text)
        ) { row in row.integer(0) }.first ?? 0
    }

    /// Every database that was ever signed, by repository and then architecture.
    public func repositories() throws(LedgerError) -> [RepositoryState] {
        try connection.rows(
            """
            SELECT name, architecture, serial, database_digest, files_digest, entry_set, signed_at, key FROM repository
            ORDER BY name, architecture
            """
        ) { row throws(LedgerError) in
            RepositoryState(
                repository: try row.parsed(0, "repository name") { text throws(ALPMError) in try .init(parsing: text) },
                architecture: try row.parsed(1, "architecture") { text throws(ALPMError) in try .init(parsing: text) },
                serial: row.integer(2),
                databaseDigest: try row.digest(3, "database digest"),
                filesDigest: try row.digest(4, "files digest"), entrySet: try row.digest(5, "entry set"),
                signedAt: row.integer(6), key: row.blob(7))
        }
    }

    /// The entries of a database in the byte order of their names.
    ///
    /// Throws `damaged` if one is not what its claim says.
    public func entries(
        repository: RepositoryName, architecture: Architecture
    ) throws(LedgerError) -> [StoredEntry] {
        try connection.rows(
            """
            SELECT entry.description, entry.files, claim.description_digest, claim.files_digest
            FROM entry JOIN claim ON claim.id = entry.claim JOIN repository ON repository.id = entry.repository
            WHERE repository.name = ? AND repository.architecture = ? ORDER BY entry.name
            """,
            .text(repository.text), .text(architecture.text)
        ) { row throws(LedgerError) in try row.entry(of: "\(repository)/\(architecture)") }
    }

    /// The entry of a name in a database; nil if there is none.
    ///
    /// Throws `damaged` if it is not what its claim says.
    public func entry(
        of name: PackageName, repository: RepositoryName, architecture: Architecture
    ) throws(LedgerError) -> StoredEntry? {
        try connection.rows(
            """
            SELECT entry.description, entry.files, claim.description_digest, claim.files_digest
            FROM entry JOIN claim ON claim.id = entry.claim JOIN repository ON repository.id = entry.repository
            WHERE repository.name = ? AND repository.architecture = ? AND entry.name = ?
            """,
            .text(repository.text), .text(architecture.text), .text(name.text)
        ) { row throws(LedgerError) in try row.entry(of: "\(repository)/\(architecture)") }.first
    }

    /// The directories of a database in their byte order, with the digests of what is in them.
    public func listing(
        repository: RepositoryName, architecture: Architecture
    ) throws(LedgerError) -> [StoredListing] {
        try connection.rows(
            """
            SELECT claim.name || '-' || claim.version AS directory, claim.description_digest, claim.files_digest
            FROM entry JOIN claim ON claim.id = entry.claim JOIN repository ON repository.id = entry.repository
            WHERE repository.name = ? AND repository.architecture = ? ORDER BY directory
            """,
            .text(repository.text), .text(architecture.text)
        ) { row throws(LedgerError) in
            StoredListing(
                directory: row.text(0), descriptionDigest: try row.digest(1, "description digest"),
                filesDigest: try row.optionalDigest(2, "files digest"))
        }
    }

    /// Everything that a name ever was in databases of this architecture, in every repository, oldest first.
    public func claims(architecture: Architecture, name: PackageName) throws(LedgerError) -> [StoredClaim] {
        try connection.rows(
            """
            SELECT repository.name, claim.version, claim.package_digest, claim.base, claim.description_digest,
                claim.files_digest, claim.removed_at
            FROM claim JOIN repository ON repository.id = claim.repository
            WHERE claim.architecture = ? AND claim.name = ? ORDER BY claim.id
            """,
            .text(architecture.text), .text(name.text)
        ) { row throws(LedgerError) in
            StoredClaim(
                repository: try row.parsed(0, "repository name") { text throws(ALPMError) in try .init(parsing: text) },
                claim: IdentityClaim(
                    name: name,
                    version: try row.parsed(1, "version") { text throws(ALPMError) in try .init(parsing: text) },
                    packageDigest: try row.digest(2, "package digest"),
                    base: try row.parsed(3, "base") { text throws(ALPMError) in try .init(parsing: text) },
                    descriptionDigest: try row.digest(4, "description digest"),
                    filesDigest: try row.optionalDigest(5, "files digest")),
                removedAt: row.optionalInteger(6))
        }
    }

    /// The stored signature of a package by a key, given by its 20-byte fingerprint; nil if there is none.
    public func packageSignature(
        of packageDigest: SHA256Digest, by key: [UInt8]
    ) throws(LedgerError) -> [UInt8]? {
        try connection.rows(
            "SELECT bytes FROM package_signature WHERE package_digest = ? AND key = ?",
            .blob(packageDigest.bytes), .blob(key)
        ) { row in row.blob(0) }.first
    }
}

extension Statement {
    /// The entry in the first two columns of the current row, whose claim has the digests in the next two.
    fileprivate func entry(of database: String) throws(LedgerError) -> StoredEntry {
        let entry = StoredEntry(description: blob(0), files: optionalBlob(1))
        guard SHA256.digest(of: entry.description).bytes == blob(2),
            entry.files.map({ SHA256.digest(of: $0).bytes }) == optionalBlob(3)
        else {
            throw .damaged(finding: "an entry of \(database) is not what was admitted")
        }
        return entry
    }
}
