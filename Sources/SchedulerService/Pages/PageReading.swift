public import ALPMTypes
public import Cryptography
public import Mirrors
public import SchedulerDirectory

/// What the pages read beside what the API reads; every call may block for as long as a disk takes.
public protocol PageReading: Sendable {
    /// How many submissions are in each state that any is in, by the state's name.
    func submissionCounts() throws(SchedulerDirectoryError) -> [String: Int]
    /// The names of the policy's repositories, in its order.
    func repositoryNames() throws(SchedulerDirectoryError) -> [RepositoryName]
    /// What is known of a submitted package; nil if none was submitted under this digest.
    func package(_ sha256: SHA256Digest) throws(SchedulerDirectoryError) -> PackageDetail?
    /// What is ready, asked for or signed does to a repository; nil if the policy names no such repository.
    func update(
        of repository: RepositoryName, after position: Int64, limit: Int
    ) throws(SchedulerDirectoryError) -> UpdateSlice?
    /// The serials of a repository's databases before a leaf, newest first, about so many.
    func history(
        of repository: RepositoryName, before leaf: UInt64?, limit: Int
    ) throws(SchedulerDirectoryError) -> HistorySlice
    /// The newest leaves of the log, newest first, at most so many.
    func newestLeaves(limit: Int) throws(SchedulerDirectoryError) -> [LogLine]
    /// What was last known of each mirror, by its name; nil if no mirrors are configured.
    func mirrorRecords() throws(SchedulerDirectoryError) -> [(mirror: String, record: MirrorRecord?)]?
    /// What the charts show, as of now.
    func figures() throws(SchedulerDirectoryError) -> Figures
}

extension SchedulerHome: PageReading {}
