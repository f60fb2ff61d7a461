/// How much of a job the reader accepts; from the policy in force.
public struct JobLimits: Hashable, Sendable {
    /// The largest encoding of a job, in bytes, evidence included.
    public var maximumBytes: Int
    /// The largest number of packages that a job adds and removes.
    public var maximumPackages: Int

    /// Puts the parts together.
    public init(maximumBytes: Int, maximumPackages: Int) {
        self.maximumBytes = maximumBytes
        self.maximumPackages = maximumPackages
    }
}
