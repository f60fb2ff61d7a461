public import SyncDatabase

/// A package that was read without fault and is to enter a repository.
public struct NewPackage: Equatable, Sendable {
    /// The package file, as the caller named it.
    public let path: String
    /// What the databases will say of it.
    public let entry: SyncEntry
    /// Whether the entry carries the package's signature.
    public let hasSignature: Bool

    /// Joins the three.
    public init(path: String, entry: SyncEntry, hasSignature: Bool = false) {
        self.path = path
        self.entry = entry
        self.hasSignature = hasSignature
    }
}
