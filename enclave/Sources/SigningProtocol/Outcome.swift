public import ALPMTypes
public import ByteCoding
public import Cryptography

/// What a finished job brought.
public struct JobOutcome: Hashable, Sendable {
    /// The job.
    public var jobHash: SHA256Digest
    /// The databases that were signed.
    public var repositories: [RepositoryOutcome]
    /// The packages that were signed.
    public var packageSignatures: [PackageSignature]
    /// The position of the job's first leaf in the log.
    public var firstLeafIndex: UInt64
    /// The job's leaves.
    public var leaves: [[UInt8]]
    /// The signed note over the log with these leaves.
    public var checkpointNote: [UInt8]

    /// Puts the parts together.
    public init(
        jobHash: SHA256Digest, repositories: [RepositoryOutcome], packageSignatures: [PackageSignature],
        firstLeafIndex: UInt64, leaves: [[UInt8]], checkpointNote: [UInt8]
    ) {
        self.jobHash = jobHash
        self.repositories = repositories
        self.packageSignatures = packageSignatures
        self.firstLeafIndex = firstLeafIndex
        self.leaves = leaves
        self.checkpointNote = checkpointNote
    }

    /// Reads an outcome that is a message of its own, as the ledger keeps it.
    public init(decoding untrustedBytes: [UInt8]) throws(ByteCodingError) {
        try self.init(decodingWhole: untrustedBytes, "outcome")
    }

    /// The encoding of the outcome.
    public var encoded: [UInt8] { coded }
}

/// A database that was signed.
public struct RepositoryOutcome: Hashable, Sendable {
    /// The repository.
    public var repository: RepositoryName
    /// The architecture of the database.
    public var architecture: Architecture
    /// The serial of the new state.
    public var serial: UInt64
    /// The SHA-256 of the `.db`.
    public var database: SHA256Digest
    /// The SHA-256 of the `.files`.
    public var files: SHA256Digest
    /// The OpenPGP signature over the `.db`.
    public var databaseSignature: [UInt8]
    /// The OpenPGP signature over the `.files`.
    public var filesSignature: [UInt8]
    /// The creation time of both signatures, in Unix seconds.
    public var createdAt: UInt64
    /// When both signatures expire, in Unix seconds.
    public var expiresAt: UInt64

    /// Puts the parts together.
    public init(
        repository: RepositoryName, architecture: Architecture, serial: UInt64, database: SHA256Digest,
        files: SHA256Digest, databaseSignature: [UInt8], filesSignature: [UInt8], createdAt: UInt64, expiresAt: UInt64
    ) {
        self.repository = repository
        self.architecture = architecture
        self.serial = serial
        self.database = database
        self.files = files
        self.databaseSignature = databaseSignature
        self.filesSignature = filesSignature
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// A package that was signed.
public struct PackageSignature: Hashable, Sendable {
    /// The name of the package's file.
    public var fileName: PackageFileName
    /// The OpenPGP signature over the package.
    public var signature: [UInt8]

    /// Puts the parts together.
    public init(fileName: PackageFileName, signature: [UInt8]) {
        self.fileName = fileName
        self.signature = signature
    }
}
