public import ALPMTypes
public import Cryptography
public import OpenPGPFormat
public import RepositoryDatabase

/// What one version of a name stands for: admitted again only with all of this unchanged (H8).
public struct PackageContent: Hashable, Sendable {
    /// SHA-256 of the package file.
    public let sha256: SHA256Digest
    /// The package's `%BASE%`.
    public let base: PackageName
    /// SHA-256 of its `desc`.
    public let descDigest: SHA256Digest
    /// SHA-256 of its `files`; of nothing, where an import left the list unknown.
    public let filesDigest: SHA256Digest

    /// States the content of one version.
    public init(sha256: SHA256Digest, base: PackageName, descDigest: SHA256Digest, filesDigest: SHA256Digest) {
        self.sha256 = sha256
        self.base = base
        self.descDigest = descDigest
        self.filesDigest = filesDigest
    }

    /// What an entry stands for.
    public init(of entry: RepositoryEntry) {
        self.init(
            sha256: entry.description.sha256, base: entry.description.base ?? entry.name, descDigest: entry.descDigest,
            filesDigest: entry.filesDigest)
    }
}

/// One version that was ever admitted under a name, wherever and whenever that was.
public struct Claim: Hashable, Sendable {
    /// Where it was admitted.
    public let location: DatabaseLocation
    /// The name it was admitted under.
    public let name: PackageName
    /// The version it was admitted with.
    public let version: Version
    /// What it stands for, for ever.
    public let content: PackageContent
    /// When it was last taken out by a removal, in Unix seconds; evidence from before then is void.
    public private(set) var removedAt: UInt64?

    /// Remembers that it was taken out, or with nil that it never was.
    mutating func remove(at time: UInt64?) { removedAt = time }

    /// Remembers one admitted version.
    public init(
        location: DatabaseLocation, name: PackageName, version: Version, content: PackageContent, removedAt: UInt64?
    ) {
        self.location = location
        self.name = name
        self.version = version
        self.content = content
        self.removedAt = removedAt
    }
}

/// What the enclave remembers of one database.
public struct RepositoryMemory: Sendable {
    /// The serial last signed; 0 before the first.
    public let serial: UInt64
    /// All entries of that serial; where `signed` is known, at least those of every name that the job or its evidence says.
    public let entries: EntrySet
    /// When its database signature was made, in Unix seconds; 0 before the first.
    public let signedAt: UInt64
    /// The key that made it; nil before the first.
    public let signedBy: Fingerprint?
    /// What was signed then, made by the codec at work; without it all of `entries` are encoded anew.
    public let signed: DatabaseContent?

    /// Remembers the state of one database.
    public init(
        serial: UInt64, entries: EntrySet, signedAt: UInt64, signedBy: Fingerprint? = nil,
        signed: DatabaseContent? = nil
    ) {
        self.serial = serial
        self.entries = entries
        self.signedAt = signedAt
        self.signedBy = signedBy
        self.signed = signed
    }
}

/// What a stored package signature is found by: what it is over, and the key that made it (H17).
public struct StoredSignatureKey: Hashable, Sendable {
    /// SHA-256 of the package file.
    public let sha256: SHA256Digest
    /// The repository key.
    public let key: Fingerprint

    /// Names a stored signature.
    public init(sha256: SHA256Digest, key: Fingerprint) {
        self.sha256 = sha256
        self.key = key
    }
}

/// What the enclave remembers that the decision about one job can depend on.
public struct Memory: Sendable {
    /// The identity of the distribution: the digest of policy 1.
    public let distribution: SHA256Digest
    /// The databases that the job names; one that is missing was never signed.
    public let databases: [DatabaseLocation: RepositoryMemory]
    /// Every claim, in any repository, on the names that the job adds or removes.
    public let claims: [Claim]
    /// Those statements of the job that an earlier job consumed, by the SHA-256 of their PAE.
    public let consumedStatements: Set<SHA256Digest>
    /// Package signatures made before for packages of the job.
    public let packageSignatures: [StoredSignatureKey: [UInt8]]
    /// Those packages of the job that were revoked, by SHA-256.
    public let revoked: Set<SHA256Digest>
    /// What the repositories of the job whose rate is limited took lately.
    public let recentChanges: [RepositoryName: [RecentChanges]]
    /// What is in databases now of all that the rules on the job's additions look for (`PresenceLookup`).
    public let present: [PresentPackage]

    /// Collects what the decision about one job can depend on.
    public init(
        distribution: SHA256Digest, databases: [DatabaseLocation: RepositoryMemory], claims: [Claim],
        consumedStatements: Set<SHA256Digest>, packageSignatures: [StoredSignatureKey: [UInt8]],
        revoked: Set<SHA256Digest> = [], recentChanges: [RepositoryName: [RecentChanges]] = [:],
        present: [PresentPackage] = []
    ) {
        self.distribution = distribution
        self.databases = databases
        self.claims = claims
        self.consumedStatements = consumedStatements
        self.packageSignatures = packageSignatures
        self.revoked = revoked
        self.recentChanges = recentChanges
        self.present = present
    }
}
