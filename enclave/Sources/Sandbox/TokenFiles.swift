/// What the jail of a token's signer contains beside its program.
public struct TokenFiles: Hashable, Sendable {
    /// Libraries that are loaded while the program runs; what they need themselves is in the jail, too.
    public let libraries: [String]
    /// Directories that they read and write.
    public let directories: [String]
    /// Variables that they look at, as `NAME=VALUE`.
    public let environment: [String]

    /// Nothing, unless it is stated.
    public init(libraries: [String] = [], directories: [String] = [], environment: [String] = []) {
        (self.libraries, self.directories, self.environment) = (libraries, directories, environment)
    }
}
