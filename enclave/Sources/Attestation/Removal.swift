public import ALPMTypes
public import Cryptography

/// A person wants packages out of a repository; the admission of what it names ends with it.
public struct Removal: Hashable, Sendable {
    /// A package as it stands in the database.
    public struct Package: Hashable, Sendable {
        /// The package's name.
        public let name: PackageName
        /// The package's version.
        public let version: Version
        /// The digest of the package's file.
        public let sha256: SHA256Digest

        /// Names a package.
        public init(name: PackageName, version: Version, sha256: SHA256Digest) {
            self.name = name
            self.version = version
            self.sha256 = sha256
        }
    }

    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that loses the packages.
    public let repository: RepositoryName
    /// The database's architecture.
    public let architecture: Architecture
    /// The packages, sorted by name.
    public let packages: [Package]

    /// Sorts the packages; throws when there are none or one name occurs twice.
    public init(
        header: StatementHeader, repository: RepositoryName, architecture: Architecture, packages: [Package]
    ) throws(AttestationError) {
        self.header = header
        self.repository = repository
        self.architecture = architecture
        self.packages = try packages.sortedOnce(by: \.name.text)
    }
}

extension Removal: Predicate {
    static let name = "removal"
    static let fields = ["repository", "architecture", "packages"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        var packages: [Package] = []
        for package in try reader.objects("packages", keys: ["name", "sha256", "version"], sortedBy: "name") {
            packages.append(
                Package(
                    name: try package.packageName("name"), version: try package.version("version"),
                    sha256: try package.digest("sha256")))
        }
        try self.init(
            header: header, repository: reader.repository("repository"),
            architecture: reader.architecture("architecture"), packages: packages)
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "architecture": .string(architecture.text),
            "packages": .array(
                packages.map {
                    .object([
                        "name": .string($0.name.text), "sha256": .string($0.sha256.hex),
                        "version": .string($0.version.text),
                    ])
                }),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { packages.map { ("\($0.name)-\($0.version)", $0.sha256) } }
    var statement: Statement { .removal(self) }
}
