import ALPMTypes
import Cryptography
public import SchedulerDirectory
import SigningProtocol

/// One job that the enclave was asked for, as the API has it.
public struct JobDocument: Codable, Hashable, Sendable {
    /// One database that the job is about.
    public struct Database: Codable, Hashable, Sendable {
        /// The repository.
        public let repository: String
        /// The architecture.
        public let architecture: String
        /// The serial that it has or will have after the job.
        public let serial: UInt64

        /// The document of a database of a job.
        public init(_ database: JobReport.SignedDatabase) {
            (repository, architecture, serial) = (database.repository.text, database.architecture.text, database.serial)
        }
    }

    /// The job's hash, in hexadecimal.
    public let hash: String
    /// `asked`, `answered`, or `applied` once all that follows from the answer is kept.
    public let state: String
    /// `update`, `refresh`, `import` or `re-signing`.
    public let kind: String
    /// The databases.
    public let databases: [Database]
    /// What it adds, as `NAME-VERSION`, and removes, as `-NAME`.
    public let changes: [String]

    /// The document of a job.
    public init(_ status: JobStatus) {
        hash = status.hash.hex
        state = status.progress.rawValue
        kind = status.kind.name
        databases = status.databases.map(Database.init)
        changes = status.changes
    }
}

/// Some jobs by their hashes, and where to go on.
public struct JobPage: Codable, Hashable, Sendable {
    /// A job in the list.
    public struct Item: Codable, Hashable, Sendable {
        /// The job's hash, in hexadecimal.
        public let hash: String
        /// `asked`, `answered`, or `applied` once all that follows from the answer is kept.
        public let state: String
    }

    /// The jobs, in the order of their hashes.
    public let jobs: [Item]
    /// What to ask for as `after` to get those that follow; left out at the end.
    public let next: String?

    /// A page of jobs, of which there may be more.
    public init(_ summaries: [JobSummary], isLast: Bool) {
        jobs = summaries.map { Item(hash: $0.hash.hex, state: $0.progress.rawValue) }
        next = isLast ? nil : jobs.last?.hash
    }
}
