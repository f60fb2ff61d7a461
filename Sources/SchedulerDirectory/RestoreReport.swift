public import ALPMTypes
public import Publisher

/// What bringing back one database did.
public struct RestoreReport: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The architecture.
    public let architecture: Architecture
    /// The serial that the scheduler had before; nil if it had no such database.
    public let held: UInt64?
    /// The serial that the folder has; nil if it has none that can be trusted.
    public internal(set) var found: UInt64?
    /// How many packages the scheduler's database has now.
    public internal(set) var entries = 0
    /// How many packages were brought back.
    public internal(set) var packagesRestored = 0
    /// The files of the packages that the scheduler lacks all the same, sorted.
    public internal(set) var packagesAbsent: [String] = []
    /// What was found and is not to be trusted, by its path; nothing of it was taken.
    public internal(set) var findings: [Finding] = []

    /// Whether the scheduler has the folder's database now, and did not before.
    public internal(set) var isRestored = false

    /// The serial that the scheduler has now; nil if it has no such database.
    public var serial: UInt64? { isRestored ? found : held }
}

/// How far the packages of one database are.
public struct RestoreProgress: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The architecture.
    public let architecture: Architecture
    /// How many packages were looked at.
    public let packagesFinished: Int
    /// How many the database has.
    public let packagesInAll: Int
}
