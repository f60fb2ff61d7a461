public import PackageArchive
public import RepositoryUpdate

/// What a call of repo-add or repo-remove asks for, as pacman 7.1 understands its options.
public struct StockOptions: Equatable, Sendable {
    /// What is done with the entries: `-n`, `-p`, `-R` and `--include-sigs`.
    public var update = UpdateOptions()
    /// `-s`: sign the databases.
    public var signs = false
    /// `-k`: the key to sign with, instead of that of the environment's `GPGKEY`.
    public var key: String?
    /// `-v`: verify the present signatures first.
    public var verifies = false
    /// `-w`: wait for the lock.
    public var waits = false
    /// `-q`: no progress.
    public var isQuiet = false
    /// `--nocolor` was not given.
    public var mayColour = true
    /// `--profile`: whose entries are written.
    public var profile = RepoAddProfile.descv2
    /// `--drop-signatures`: publish without signatures although there are some.
    public var dropsSignatures = false
    /// What is no option: the database, then packages or names.
    public var operands: [String] = []

    /// A call without options.
    public init() {}
}

/// What is wrong with a command line, in the words of pacman's `parseopts`.
public struct StockUsageError: Error, Equatable, CustomStringConvertible {
    /// One clause, to stand after the program's name.
    public let description: String
}
