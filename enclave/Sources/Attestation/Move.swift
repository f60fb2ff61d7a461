public import ALPMTypes
import Cryptography

/// A person wants packages in another repository instead of this one: they leave only in the job that brings them there.
public struct Move: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that loses the packages.
    public let repository: RepositoryName
    /// The repository that gets them, by its own requirements.
    public let target: RepositoryName
    /// The architecture of both databases.
    public let architecture: Architecture
    /// The packages, sorted by name.
    public let packages: [PackageArtefact]

    /// Sorts the packages; throws when there are none, one name occurs twice, or both repositories are the same.
    public init(
        header: StatementHeader, repository: RepositoryName, target: RepositoryName, architecture: Architecture,
        packages: [PackageArtefact]
    ) throws(AttestationError) {
        guard target != repository else {
            throw .malformedField(path: "predicate.target", expected: "another repository")
        }
        self.header = header
        self.repository = repository
        self.target = target
        self.architecture = architecture
        self.packages = try packages.sortedOnce(by: \.name.text)
    }
}

extension Move: Predicate {
    static let name = "move"
    static let fields = ["repository", "target", "architecture", "packages"]

    var statement: Statement { .move(self) }

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, repository: reader.repository("repository"), target: reader.repository("target"),
            architecture: reader.architecture("architecture"), packages: reader.artefacts(sortedBy: "name"))
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "target": .string(target.text),
            "architecture": .string(architecture.text), "packages": .array(packages.map(\.value)),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { packages.map(\.subject) }
}

extension Statement {
    /// What the statement wants out of a database, for good or because it is to be in another one.
    public func packagesLeaving(_ repository: RepositoryName, _ architecture: Architecture) -> [PackageArtefact] {
        switch self {
        case .removal(let removal) where removal.repository == repository && removal.architecture == architecture:
            removal.packages
        case .move(let move) where move.repository == repository && move.architecture == architecture: move.packages
        default: []
        }
    }
}
