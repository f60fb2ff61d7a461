public import ALPMTypes
import Cryptography

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

extension VersionOverride: Predicate {
    static let name = "version-override"
    static let fields = ["repository", "architecture", "packages"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, repository: reader.repository("repository"),
            architecture: reader.architecture("architecture"), packages: reader.artefacts(sortedBy: "name"))
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "architecture": .string(architecture.text),
            "packages": .array(packages.map(\.value)),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { packages.map(\.subject) }
    var statement: Statement { .versionOverride(self) }
}
