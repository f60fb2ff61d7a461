public import ALPMTypes
import Attestation
import ByteCoding
public import Cryptography

/// How the enclave is, and what it holds.
public struct EnclaveStatus: Hashable, Sendable {
    /// The version of the enclave's program.
    public var programVersion: String
    /// What its host calls its system, and so which image runs (`PRETTY_NAME` of os-release(5)); empty if it says nothing.
    public var system: String
    /// The version of the policy in force; 0 before the first.
    public var policyVersion: UInt64
    /// The digest of the policy in force.
    public var policyDigest: SHA256Digest
    /// The digest of policy 1, which is the distribution's identity.
    public var distribution: SHA256Digest
    /// The databases that were signed.
    public var repositories: [Repository]
    /// How many leaves the log has.
    public var logSize: UInt64
    /// The root of the log.
    public var logRoot: SHA256Digest
    /// The newest signed note; empty before the first.
    public var checkpointNote: [UInt8]
    /// The enclave's time, in Unix seconds.
    public var time: UInt64
    /// One word for what the enclave can do: `ready`, `clockSuspect` or `locked`.
    public var state: String
    /// 16 random bytes that name the enclave's start.
    public var start: [UInt8]
    /// What the enclave's codec makes of the fixed text.
    public var codecID: SHA256Digest
    /// The name and version of the library under the codec.
    public var codecLibrary: String
    /// How well the enclave is.
    public var health: EnclaveHealth
    /// The policy that the recovery quorum announced and that waits; nil if there is none.
    public var recovery: AnnouncedPolicy?

    /// A policy that comes into force when it has waited long enough.
    public struct AnnouncedPolicy: Hashable, Sendable {
        /// Its version.
        public var version: UInt64
        /// Its digest.
        public var digest: SHA256Digest
        /// How many seconds it still waits, counted while the enclave runs.
        public var secondsLeft: UInt64

        /// Puts the parts together.
        public init(version: UInt64, digest: SHA256Digest, secondsLeft: UInt64) {
            self.version = version
            self.digest = digest
            self.secondsLeft = secondsLeft
        }
    }

    /// A database that was signed.
    public struct Repository: Hashable, Sendable {
        /// The repository.
        public var repository: RepositoryName
        /// The architecture of the database.
        public var architecture: Architecture
        /// The serial.
        public var serial: UInt64
        /// The SHA-256 of the `.db`.
        public var database: SHA256Digest

        /// Puts the parts together.
        public init(
            repository: RepositoryName, architecture: Architecture, serial: UInt64, database: SHA256Digest
        ) {
            self.repository = repository
            self.architecture = architecture
            self.serial = serial
            self.database = database
        }
    }

    /// Puts the parts together.
    public init(
        programVersion: String, system: String, policyVersion: UInt64, policyDigest: SHA256Digest,
        distribution: SHA256Digest, repositories: [Repository], logSize: UInt64, logRoot: SHA256Digest,
        checkpointNote: [UInt8], time: UInt64, state: String, start: [UInt8], codecID: SHA256Digest,
        codecLibrary: String, health: EnclaveHealth, recovery: AnnouncedPolicy?
    ) {
        self.recovery = recovery
        precondition(start.count == HeadConfirmation.startByteCount, "a start is named by 16 bytes")
        self.start = start
        self.programVersion = programVersion
        self.system = system
        self.policyVersion = policyVersion
        self.policyDigest = policyDigest
        self.distribution = distribution
        self.repositories = repositories
        self.logSize = logSize
        self.logRoot = logRoot
        self.checkpointNote = checkpointNote
        self.time = time
        self.state = state
        self.codecID = codecID
        self.codecLibrary = codecLibrary
        self.health = health
    }
}

extension EnclaveStatus: Coded {
    static let minimumByteCount =
        2 + 2 + 8 + 32 + 32 + 4 + 8 + 32 + 4 + 8 + 2 + HeadConfirmation.startByteCount + 32 + 2
        + EnclaveHealth.minimumByteCount + 1

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            programVersion: try reader.text("programVersion"), system: try reader.text("system"),
            policyVersion: try reader.integer("policyVersion"),
            policyDigest: try reader.digest("policyDigest"), distribution: try reader.digest("distribution"),
            repositories: try reader.list("repositories"), logSize: try reader.integer("logSize"),
            logRoot: try reader.digest("logRoot"), checkpointNote: try reader.counted("checkpointNote"),
            time: try reader.integer("time"), state: try reader.text("state"),
            start: try reader.fixed(HeadConfirmation.startByteCount, "start"), codecID: try reader.digest("codecID"),
            codecLibrary: try reader.text("codecLibrary"),
            health: try reader.group("health") { reader throws(ByteCodingError) in try EnclaveHealth(from: &reader) },
            recovery: try reader.flag("isAnnounced") ? try AnnouncedPolicy(from: &reader) : nil)
    }

    func write(to writer: inout ByteWriter) {
        writer.text(programVersion)
        writer.text(system)
        writer.integer(policyVersion)
        writer.digest(policyDigest)
        writer.digest(distribution)
        writer.list(repositories)
        writer.integer(logSize)
        writer.digest(logRoot)
        writer.counted(checkpointNote)
        writer.integer(time)
        writer.text(state)
        writer.fixed(start)
        writer.digest(codecID)
        writer.text(codecLibrary)
        health.write(to: &writer)
        writer.integer(recovery == nil ? 0 : 1 as UInt8)
        recovery?.write(to: &writer)
    }
}

extension EnclaveStatus.AnnouncedPolicy: Coded {
    static let minimumByteCount = 8 + 32 + 8

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            version: try reader.integer("recovery.version"), digest: try reader.digest("recovery.digest"),
            secondsLeft: try reader.integer("recovery.secondsLeft"))
    }

    func write(to writer: inout ByteWriter) {
        writer.integer(version)
        writer.digest(digest)
        writer.integer(secondsLeft)
    }
}

extension EnclaveStatus.Repository: Coded {
    static let minimumByteCount = 2 + 2 + 8 + 32

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        self.init(
            repository: try reader.repository(), architecture: try reader.architecture(),
            serial: try reader.integer("serial"), database: try reader.digest("database"))
    }

    func write(to writer: inout ByteWriter) {
        writer.text(repository.text)
        writer.text(architecture.text)
        writer.integer(serial)
        writer.digest(database)
    }
}
