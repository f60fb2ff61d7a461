public import ALPMTypes
public import Cryptography

/// A package that is in a database now.
public struct StoredPackage: Hashable, Sendable {
    /// The repository.
    public var repository: RepositoryName
    /// Its name.
    public var name: PackageName
    /// Its version.
    public var version: Version
    /// The name of the build it came from (`%BASE%`).
    public var base: PackageName
    /// The SHA-256 of the package.
    public var packageDigest: SHA256Digest
}

extension EnclaveLedger {
    /// The packages of this name in all databases of an architecture.
    public func packages(named name: PackageName, architecture: Architecture) throws(LedgerError) -> [StoredPackage] {
        try connection.rows(
            """
            SELECT repository.name, claim.name, claim.version, claim.base, claim.package_digest
            FROM repository JOIN entry ON entry.repository = repository.id JOIN claim ON claim.id = entry.claim
            WHERE repository.architecture = ? AND entry.name = ? ORDER BY repository.name
            """, .text(architecture.text), .text(name.text)
        ) { row throws(LedgerError) in try row.package() }
    }

    /// The packages that are in a database and were built from this source in this version.
    public func packages(
        builtFrom base: PackageName, version: Version, repository: RepositoryName, architecture: Architecture
    ) throws(LedgerError) -> [StoredPackage] {
        try connection.rows(
            """
            SELECT repository.name, claim.name, claim.version, claim.base, claim.package_digest
            FROM repository JOIN claim ON claim.repository = repository.id
                JOIN entry ON entry.repository = repository.id AND entry.claim = claim.id
            WHERE repository.name = ? AND repository.architecture = ? AND claim.base = ? AND claim.version = ?
            ORDER BY claim.name
            """, .text(repository.text), .text(architecture.text), .text(base.text), .text(version.text)
        ) { row throws(LedgerError) in try row.package() }
    }
}

extension Statement {
    fileprivate func package() throws(LedgerError) -> StoredPackage {
        StoredPackage(
            repository: try parsed(0, "repository name") { text throws(ALPMError) in try .init(parsing: text) },
            name: try parsed(1, "name") { text throws(ALPMError) in try .init(parsing: text) },
            version: try parsed(2, "version") { text throws(ALPMError) in try .init(parsing: text) },
            base: try parsed(3, "base") { text throws(ALPMError) in try .init(parsing: text) },
            packageDigest: try digest(4, "package digest"))
    }
}
