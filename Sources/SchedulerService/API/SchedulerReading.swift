public import Cryptography
public import Custody
public import SchedulerDirectory

/// What the API reads, wherever it is kept; every call may block for as long as a disk takes.
public protocol SchedulerReading: PageReading {
    /// The moment that is now, between equal ones of which nothing changed that is read; nil if that cannot be told.
    ///
    /// Not in it are what lies in `incoming`, what is published, the room on the disk, and the time.
    func stamp() throws(SchedulerDirectoryError) -> DirectoryStamp?
    /// The submissions that a query asks for, in the order in which they came to be.
    func submissions(_ query: SubmissionQuery) throws(SchedulerDirectoryError) -> SubmissionSlice
    /// What was submitted under one digest, for each repository.
    func submissions(of sha256: SHA256Digest) throws(SchedulerDirectoryError) -> [SubmissionStatus]
    /// What the enclave's rules say of what is pending under a package's name.
    func explanations(of name: String) throws(SchedulerDirectoryError) -> [Explanation]
    /// How a package came to be signed; nil if the log says nothing of it. Throws `recordsTooLarge` beyond so many bytes.
    func custody(of package: SHA256Digest, byteLimit: Int) throws(SchedulerDirectoryError) -> CustodyChain?
    /// The records of a package's way; nil if the log says nothing of it. Throws `recordsTooLarge` beyond so many bytes.
    func custodyRecords(of package: SHA256Digest, byteLimit: Int) throws(SchedulerDirectoryError) -> CustodyRecords?
    /// The envelope of a statement that was accepted, as a DSSE file; nil if there is none of this digest.
    func envelope(_ digest: SHA256Digest) throws(SchedulerDirectoryError) -> [UInt8]?
    /// The repositories of the policy, in its order.
    func repositories() throws(SchedulerDirectoryError) -> [RepositoryStatus]
    /// The jobs whose hashes come after one, in the order of their hashes, at most so many.
    func jobs(after: SHA256Digest?, limit: Int) throws(SchedulerDirectoryError) -> [JobSummary]
    /// One job; nil if none is kept under this hash.
    func job(_ hash: SHA256Digest) throws(SchedulerDirectoryError) -> JobStatus?
    /// The newest head of the log that was believed.
    func logHead() throws(SchedulerDirectoryError) -> LogHead
    /// What tells whether the scheduler gets on with its work.
    func vitals() throws(SchedulerDirectoryError) -> SchedulerVitals
    /// The databases whose last signed generation is not published.
    func unpublished() throws(SchedulerDirectoryError) -> [UnpublishedDatabase]
    /// How many files or folders wait to be looked at.
    func incomingCount() throws(SchedulerDirectoryError) -> Int
}

extension SchedulerHome: SchedulerReading {
    /// How a package came to be signed, as our own reader of signatures verifies it.
    public func custody(of package: SHA256Digest, byteLimit: Int) throws(SchedulerDirectoryError) -> CustodyChain? {
        try custody(of: package, askingGPG: false, byteLimit: byteLimit)
    }

    /// The submissions that a query asks for, in the order in which they came to be.
    public func submissions(_ query: SubmissionQuery) throws(SchedulerDirectoryError) -> SubmissionSlice {
        try submissions(
            after: query.after, limit: query.limit, state: query.state, repository: query.repository, name: query.name)
    }
}
