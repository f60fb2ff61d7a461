public import ALPMTypes
public import Cryptography

/// Everything that a finished job leaves behind.
public struct JobCommit: Hashable, Sendable {
    /// The hash that identifies the job.
    public var job: SHA256Digest
    /// The encoded outcome, signatures included, which the same job is answered with from now on.
    public var outcome: [UInt8]
    /// The databases that the job made.
    public var updates: [RepositoryUpdate]
    /// The package signatures that the job made.
    public var packageSignatures: [PackageSignatureRecord]
    /// The statements that cannot be used again.
    public var consumedStatements: [SHA256Digest]
    /// What counts toward the rates of its repositories.
    public var rates: [RateCommit]
    /// The leaves of the job and the checkpoint over them.
    public var log: LogAppend
    /// When the job was finished, in Unix seconds.
    public var time: UInt64

    /// Puts the parts together.
    public init(
        job: SHA256Digest, outcome: [UInt8], updates: [RepositoryUpdate],
        packageSignatures: [PackageSignatureRecord], consumedStatements: [SHA256Digest], rates: [RateCommit] = [],
        log: LogAppend, time: UInt64
    ) {
        self.job = job
        self.outcome = outcome
        self.updates = updates
        self.packageSignatures = packageSignatures
        self.consumedStatements = consumedStatements
        self.rates = rates
        self.log = log
        self.time = time
    }
}

/// The change of one database from one serial to the next.
public struct RepositoryUpdate: Hashable, Sendable {
    /// The repository.
    public var repository: RepositoryName
    /// The architecture of the database.
    public var architecture: Architecture
    /// The new serial, one more than the stored one.
    public var serial: UInt64
    /// The digest of the new `.db`.
    public var databaseDigest: SHA256Digest
    /// The digest of the new `.files`.
    public var filesDigest: SHA256Digest
    /// The digest of the new set of entries.
    public var entrySet: SHA256Digest
    /// The identifier of the codec that made both databases.
    public var codec: SHA256Digest
    /// The 20-byte fingerprint of the key that signed both databases.
    public var key: [UInt8]
    /// The members of the new `.db`.
    public var databaseChunks: ChunkUpdate
    /// The members of the new `.files`.
    public var filesChunks: ChunkUpdate
    /// The packages that leave and are not replaced; each is there.
    public var removals: [PackageName]
    /// The packages that come in, each instead of the one of its name.
    public var admissions: [AdmittedEntry]

    /// Puts the parts together.
    public init(
        repository: RepositoryName, architecture: Architecture, serial: UInt64, databaseDigest: SHA256Digest,
        filesDigest: SHA256Digest, entrySet: SHA256Digest, codec: SHA256Digest, key: [UInt8],
        databaseChunks: ChunkUpdate, filesChunks: ChunkUpdate, removals: [PackageName], admissions: [AdmittedEntry]
    ) {
        self.repository = repository
        self.architecture = architecture
        self.serial = serial
        self.databaseDigest = databaseDigest
        self.filesDigest = filesDigest
        self.entrySet = entrySet
        self.codec = codec
        self.key = key
        self.databaseChunks = databaseChunks
        self.filesChunks = filesChunks
        self.removals = removals
        self.admissions = admissions
    }
}

/// A package that comes into a database: what it claims to be, and its entry.
public struct AdmittedEntry: Hashable, Sendable {
    /// The identity that the name and version stand for from now on.
    public var claim: IdentityClaim
    /// The entry.
    public var entry: StoredEntry

    /// Puts the parts together.
    public init(claim: IdentityClaim, entry: StoredEntry) {
        self.claim = claim
        self.entry = entry
    }
}

/// A signature over a package, stored under the package's digest and the key.
public struct PackageSignatureRecord: Hashable, Sendable {
    /// The SHA-256 of the package.
    public var packageDigest: SHA256Digest
    /// The 20-byte fingerprint of the key that signed.
    public var key: [UInt8]
    /// The name of the package's file.
    public var fileName: PackageFileName
    /// The signature packet.
    public var bytes: [UInt8]

    /// Puts the parts together.
    public init(packageDigest: SHA256Digest, key: [UInt8], fileName: PackageFileName, bytes: [UInt8]) {
        self.packageDigest = packageDigest
        self.key = key
        self.fileName = fileName
        self.bytes = bytes
    }
}
