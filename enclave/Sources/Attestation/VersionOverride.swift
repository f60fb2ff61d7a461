public import ALPMTypes

/// A person wants versions admitted that are not above every version that their names ever had; it counts once.
public struct VersionOverride: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that goes back.
    public let repository: RepositoryName
    /// The database's architecture.
    public let architecture: Architecture
    /// What is to be admitted although it is lower, sorted by name.
    public let packages: [PackageArtefact]

    /// Sorts the packages; throws when there are none or one name occurs twice.
    public init(
        header: StatementHeader, repository: RepositoryName, architecture: Architecture, packages: [PackageArtefact]
    ) throws(AttestationError) {
        self.header = header
        self.repository = repository
        self.architecture = architecture
        self.packages = try packages.sortedOnce(by: \.name.text)
    }
}

extension VersionOverride: ArtefactSelection {
    static let name = "version-override"

    var statement: Statement { .versionOverride(self) }
}
