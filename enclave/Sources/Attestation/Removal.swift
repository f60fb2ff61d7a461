public import ALPMTypes

/// A person wants packages out of a repository; the admission of what it names ends with it.
public struct Removal: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that loses the packages.
    public let repository: RepositoryName
    /// The database's architecture.
    public let architecture: Architecture
    /// The packages, sorted by name.
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

extension Removal: ArtefactSelection {
    static let name = "removal"

    var statement: Statement { .removal(self) }
}
