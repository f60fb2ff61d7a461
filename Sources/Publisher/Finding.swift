public import ALPMTypes

/// One thing that an auditor would object to.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// The file, relative to the directory that was looked at where there is one.
    public let file: String
    /// What is wrong with it.
    public let problem: String

    /// Notes what is wrong with a file.
    package init(file: String, problem: String) {
        self.file = file
        self.problem = problem
    }

    /// One sentence.
    public var description: String { "\(file): \(problem)" }
}

/// What verifying one repository directory found.
public struct AuditReport: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The architecture.
    public let architecture: Architecture
    /// The serial that the database's signature states; nil if it states none.
    public internal(set) var serial: UInt64?
    /// When the database's signature expires, in Unix seconds.
    public internal(set) var expires: UInt64?
    /// How many entries the database has.
    public internal(set) var entries = 0
    /// How many packages of the entries are present and were verified.
    public internal(set) var packagesPresent = 0
    /// How many are absent, as those of an import may be.
    public internal(set) var packagesAbsent = 0
    /// Everything that is wrong; empty if nothing is.
    public internal(set) var findings: [Finding] = []

    init(repository: RepositoryName, architecture: Architecture) {
        self.repository = repository
        self.architecture = architecture
    }

    /// Throws what is wrong in the directory that this is about, if anything is.
    public func throwFindings(in directory: String) throws(PublisherError) {
        guard findings.isEmpty else { throw .publishedBadly(directory: directory, findings: findings) }
    }

    mutating func find(_ file: String, _ problem: String) {
        findings.append(Finding(file: file, problem: problem))
    }
}
