public import ALPMTypes

/// Which submissions somebody wants to see.
public struct SubmissionQuery: Hashable, Sendable {
    /// How many are handed out at most, if nobody says.
    public static let standardLimit = 100
    /// How many are handed out at most.
    public static let maximumLimit = 1000

    /// Only those in the state of this name.
    public var state: String?
    /// Only those for this repository.
    public var repository: RepositoryName?
    /// Only those of this package.
    public var name: PackageName?
    /// Only those after this position.
    public var after: Int64 = 0
    /// How many at most.
    public var limit = Self.standardLimit

    /// Every submission.
    public init() {}
}
