public import ALPMTypes
public import Cryptography

/// A person approves the set of entries with which a repository begins.
public struct RepositoryImport: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that begins.
    public let repository: RepositoryName
    /// The database's architecture.
    public let architecture: Architecture
    /// How many entries the set has.
    public let entries: UInt64
    /// The digest of the whole set.
    public let entrySet: SHA256Digest

    /// Puts the parts together.
    public init(
        header: StatementHeader, repository: RepositoryName, architecture: Architecture, entries: UInt64,
        entrySet: SHA256Digest
    ) {
        self.header = header
        self.repository = repository
        self.architecture = architecture
        self.entries = entries
        self.entrySet = entrySet
    }
}

extension RepositoryImport: Predicate {
    static let name = "repository-import"
    static let fields = ["repository", "architecture", "entries", "entrySet"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, repository: reader.repository("repository"),
            architecture: reader.architecture("architecture"), entries: reader.decimal("entries"),
            entrySet: reader.digest("entrySet"))
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "architecture": .string(architecture.text),
            "entries": .string(String(entries)), "entrySet": .string(entrySet.hex),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { [("\(repository)/\(architecture)", entrySet)] }
    var statement: Statement { .repositoryImport(self) }
}
