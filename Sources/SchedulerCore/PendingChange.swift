public import ALPMTypes
public import Cryptography
public import EnclaveCore

/// One change that is ready to be asked for: a package to add or a name to remove.
public struct PendingChange: Hashable, Sendable {
    /// What happens to the name.
    public enum Action: Hashable, Sendable {
        /// The package with this SHA-256 becomes the name's entry.
        case add(SHA256Digest)
        /// The name's entry goes.
        case remove
    }

    /// The repository.
    public let repository: RepositoryName
    /// The architectures of the databases that change, sorted; all of the repository's for an `any` package.
    public let architectures: [Architecture]
    /// The package's name.
    public let name: PackageName
    /// The version added, or that of the entry removed.
    public let version: Version
    /// Moves, by statement digest, both of whose halves go into one job (H9).
    public let moves: Set<SHA256Digest>
    /// What happens.
    public let action: Action
    /// About how many bytes the change puts on the line.
    public let byteCount: UInt64
    /// Builds and approvals of packages together, by statement digest, all of whose packages go into one job (H5).
    public let builds: Set<SHA256Digest>

    /// Describes a change; architectures are sorted and made unique.
    public init(
        repository: RepositoryName, architectures: some Sequence<Architecture>, name: PackageName, version: Version,
        action: Action, byteCount: UInt64, builds: Set<SHA256Digest> = [], moves: Set<SHA256Digest> = []
    ) {
        self.repository = repository
        self.architectures = Set(architectures).sorted()
        self.name = name
        self.version = version
        self.action = action
        self.byteCount = byteCount
        self.builds = builds
        self.moves = moves
    }

    /// The databases that change, sorted.
    public var locations: [DatabaseLocation] {
        architectures.map { DatabaseLocation(repository: repository, architecture: $0) }
    }

    /// What two changes of one job may not share: the same name in the same database.
    var places: [Place] { locations.map { Place(location: $0, name: name) } }

    struct Place: Hashable {
        let location: DatabaseLocation
        let name: PackageName
    }
}
