public import ALPMTypes
public import Cryptography
public import Refusals
public import SchedulerCore
public import SigningProtocol

/// One submission, for one repository, as it stands.
public struct SubmissionStatus: Hashable, Sendable {
    /// Whether the package is to enter or to leave.
    public enum Kind: String, Sendable {
        /// A package to be added.
        case package
        /// A package to be removed.
        case removal
    }

    /// Whether it enters or leaves.
    public let kind: Kind
    /// The package's name.
    public let name: PackageName
    /// Its version.
    public let version: Version
    /// Its own architecture, or for a removal that of the database.
    public let architecture: Architecture
    /// The SHA-256 of the package.
    public let sha256: SHA256Digest
    /// The repository; nil while no evidence names one.
    public let repository: RepositoryName?
    /// Where it stands.
    public let state: SubmissionState
    /// The statements that it waits for, with who could give them; empty where nobody asked for that.
    public internal(set) var missing: [MissingEvidence] = []
}

/// What became of one job.
public struct JobReport: Hashable, Sendable {
    /// What the enclave said.
    public enum Outcome: Hashable, Sendable {
        /// Signed, with the new serials.
        case signed([SignedDatabase])
        /// Refused, for these reasons.
        case refused([Refusal])
    }

    /// A database with the serial that it got.
    public struct SignedDatabase: Hashable, Sendable {
        /// The repository.
        public let repository: RepositoryName
        /// The architecture.
        public let architecture: Architecture
        /// The serial.
        public let serial: UInt64
    }

    /// The job's hash.
    public let hash: SHA256Digest
    /// What kind of job it was.
    public let kind: JobKind
    /// The databases that it was about, as `REPOSITORY/ARCHITECTURE`.
    public let databases: [String]
    /// What it adds, as `NAME-VERSION`, and removes, as `-NAME`.
    public let changes: [String]
    /// What became of it.
    public let outcome: Outcome
}

/// A file that was turned away.
public struct TurnedAway: Hashable, Sendable {
    /// The file's name.
    public let file: String
    /// Why.
    public let reason: String
    /// When, in Unix seconds.
    public let at: UInt64
}

/// What one pass did.
public struct PassReport: Hashable, Sendable {
    /// The files that were accepted.
    public internal(set) var accepted: [String] = []
    /// The files that were turned away.
    public internal(set) var turnedAway: [TurnedAway] = []
    /// The jobs, in the order in which they were asked for.
    public internal(set) var jobs: [JobReport] = []
    /// Every submission that is not settled, and those that this pass settled.
    public internal(set) var submissions: [SubmissionStatus] = []

    /// Whether the enclave refused something, a submission ended refused, or a file was turned away.
    public var hasRefusals: Bool {
        let refused = jobs.contains { if case .refused = $0.outcome { true } else { false } }
        return refused || !turnedAway.isEmpty
    }
}

/// One database as the scheduler last kept it.
public struct DatabaseStatus: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The architecture.
    public let architecture: Architecture
    /// The serial.
    public let serial: UInt64
    /// When it was signed, in Unix seconds.
    public let signedAt: UInt64
    /// When its signatures expire, in Unix seconds.
    public let expiresAt: UInt64
    /// How far they are through their validity.
    public let freshness: Freshness
}

/// Everything that the directory says about itself.
public struct StatusReport: Hashable, Sendable {
    /// Every submission for every repository, by name.
    public let submissions: [SubmissionStatus]
    /// Every database that was signed.
    public let databases: [DatabaseStatus]
    /// The files turned away last.
    public let turnedAway: [TurnedAway]
    /// How many files lie in `incoming/`.
    public let incoming: Int
    /// How many leaves of the log are kept.
    public let logSize: UInt64
}
