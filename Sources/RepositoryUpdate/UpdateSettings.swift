public import PackageArchive

/// How an update is carried out, beyond what it does with the entries.
public struct UpdateSettings: Equatable, Sendable {
    /// What is done with the entries.
    public var options = UpdateOptions()
    /// Whose entries are written.
    public var profile = RepoAddProfile.descv2
    /// Whether both databases are signed.
    public var signs = false
    /// The key to sign with, in any form that gpg understands; nil for gpg's own choice.
    public var key: String?
    /// Whether the signatures of the present databases are verified first.
    public var verifies = false
    /// Whether a lock of another process is waited for.
    public var waits = false
    /// Whether signatures may go, where there are some and the new databases have none.
    public var dropsSignatures = false
    /// Where `COMPRESSGZ` and its like are looked up.
    public var environment: [String: String] = [:]

    /// An unsigned update that does not wait.
    public init() {}
}
