public import ALPMTypes
public import Cryptography
import Policy
import Publisher
import SchedulerStore
public import SigningProtocol
import TransparencyLog

/// A repository of the policy with its databases as the scheduler last kept them.
public struct RepositoryStatus: Hashable, Sendable {
    /// Its name.
    public let name: RepositoryName
    /// Its architectures.
    public let architectures: [Architecture]
    /// Those of its databases that were signed.
    public let databases: [DatabaseStatus]
}

/// How far a job has come.
public enum JobProgress: String, Hashable, Sendable {
    /// It was sent, or is about to be.
    case asked
    /// The enclave's answer passed every check and is kept.
    case answered
    /// All that follows from the answer is kept.
    case applied

    init(_ state: JobRecord.State) {
        switch state {
        case .made, .refused, .abandoned: self = .asked
        case .answered: self = .answered
        case .applied: self = .applied
        }
    }
}

/// A job by its hash.
public struct JobSummary: Hashable, Sendable {
    /// The job's hash.
    public let hash: SHA256Digest
    /// How far it has come.
    public let progress: JobProgress
}

/// One job that the enclave was asked for and did not refuse.
public struct JobStatus: Hashable, Sendable {
    /// The job's hash.
    public let hash: SHA256Digest
    /// How far it has come.
    public let progress: JobProgress
    /// What kind of job it is.
    public let kind: JobKind
    /// Its databases, with the serials that they have or will have after it.
    public let databases: [JobReport.SignedDatabase]
    /// What it adds, as `NAME-VERSION`, and removes, as `-NAME`.
    public let changes: [String]
}

/// The newest head of the transparency log that was believed.
public struct LogHead: Hashable, Sendable {
    /// How many leaves there are.
    public let size: UInt64
    /// The root of the tree over them.
    public let root: SHA256Digest
    /// The signed checkpoint; nil before the first.
    public let checkpoint: [UInt8]?
}

/// What others may ask about; nothing here takes the lock or changes anything.
extension SchedulerHome {
    /// The repositories of the policy, in its order.
    public func repositories() throws(SchedulerDirectoryError) -> [RepositoryStatus] {
        let databases = try databases()
        return try configuration.policy().repositories.map { repository in
            RepositoryStatus(
                name: repository.name, architectures: repository.architectures,
                databases: databases.filter { $0.repository == repository.name })
        }
    }

    /// The jobs whose hashes come after one, in the order of their hashes, at most so many.
    public func jobs(after: SHA256Digest?, limit: Int) throws(SchedulerDirectoryError) -> [JobSummary] {
        let store = try readingStore()
        return try durably { try store.keptJobs(after: after, limit: limit) }.map {
            JobSummary(hash: $0.hash, progress: JobProgress($0.state))
        }
    }

    /// One job; nil if none is kept under this hash.
    public func job(_ hash: SHA256Digest) throws(SchedulerDirectoryError) -> JobStatus? {
        let store = try readingStore()
        guard let record = try durably({ try store.keptJob(hash) }),
            let job = try JobStore(layout: layout, store: store).jobs(beginning: hash.hex).first
        else { return nil }
        let databases = job.changes.map {
            JobReport.SignedDatabase(
                repository: $0.repository, architecture: $0.architecture, serial: $0.predecessorSerial + 1)
        }
        return JobStatus(
            hash: hash, progress: JobProgress(record.state), kind: job.kind, databases: databases,
            changes: job.changeWords)
    }

    /// The newest head of the log that was believed.
    public func logHead() throws(SchedulerDirectoryError) -> LogHead {
        let range = try LogStore(layout: layout).range()
        let note = try durably { try DurableFile.readIfPresent(layout.checkpoint, limit: 1 << 16) }
        return LogHead(size: range.size, root: range.root, checkpoint: note)
    }
}
