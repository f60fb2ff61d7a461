import ALPMTypes
import Cryptography

/// A predicate about packages of one database, each once: the form that removals and version overrides have in common.
protocol ArtefactSelection: Predicate {
    var repository: RepositoryName { get }
    var architecture: Architecture { get }
    /// The packages, sorted by name.
    var packages: [PackageArtefact] { get }

    /// Sorts the packages; throws when there are none or one name occurs twice.
    init(
        header: StatementHeader, repository: RepositoryName, architecture: Architecture, packages: [PackageArtefact]
    ) throws(AttestationError)
}

extension ArtefactSelection {
    static var fields: [String] { ["repository", "architecture", "packages"] }

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
}
