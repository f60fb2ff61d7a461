public import ALPMTypes
public import SigningProtocol

/// Where a database is served from: a repository and the architecture of its `os/<arch>` folder.
///
/// All rules on names and versions are keyed by this architecture, never by a package's own `%ARCH%`.
public struct DatabaseLocation: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The repository, such as `core`.
    public let repository: RepositoryName
    /// The architecture of the database, never `any`.
    public let architecture: Architecture

    /// Names the database of a repository for an architecture.
    public init(repository: RepositoryName, architecture: Architecture) {
        self.repository = repository
        self.architecture = architecture
    }

    /// Orders by repository, then architecture, bytewise.
    public static func < (a: DatabaseLocation, b: DatabaseLocation) -> Bool {
        a.repository == b.repository ? a.architecture < b.architecture : a.repository < b.repository
    }

    /// `core/x86_64`.
    public var description: String { "\(repository)/\(architecture)" }
}

extension RepositoryChange {
    /// The database that changes.
    public var location: DatabaseLocation { DatabaseLocation(repository: repository, architecture: architecture) }
}
