public import ALPMTypes
public import Cryptography

/// A person read these sources and wants their packages in a repository.
public struct SourceApproval: Hashable, Sendable {
    /// A package that the sources may produce.
    public struct Package: Hashable, Sendable {
        /// The package's name.
        public let name: PackageName
        /// The package's own architecture, which may be `any`.
        public let architecture: Architecture

        /// Names a package and its architecture.
        public init(name: PackageName, architecture: Architecture) {
            self.name = name
            self.architecture = architecture
        }
    }

    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that the packages are meant for.
    public let repository: RepositoryName
    /// The base that the packages share.
    public let pkgbase: PackageName
    /// The version that all the packages have.
    public let version: Version
    /// The digest of the manifest of every file of the sources.
    public let sourceManifest: SHA256Digest
    /// Every package that the sources may produce, sorted by name.
    public let packages: [Package]

    /// Sorts the packages; throws when there are none or one name occurs twice.
    public init(
        header: StatementHeader, repository: RepositoryName, pkgbase: PackageName, version: Version,
        sourceManifest: SHA256Digest, packages: [Package]
    ) throws(AttestationError) {
        self.header = header
        self.repository = repository
        self.pkgbase = pkgbase
        self.version = version
        self.sourceManifest = sourceManifest
        self.packages = try packages.sortedOnce(by: \.name.text)
    }
}

extension SourceApproval: Predicate {
    static let name = "source-approval"
    static let fields = ["repository", "pkgbase", "version", "sourceManifest", "packages"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        var packages: [Package] = []
        for package in try reader.objects("packages", keys: ["architecture", "name"], sortedBy: "name") {
            packages.append(
                Package(name: try package.packageName("name"), architecture: try package.architecture("architecture")))
        }
        try self.init(
            header: header, repository: reader.repository("repository"), pkgbase: reader.packageName("pkgbase"),
            version: reader.version("version"), sourceManifest: reader.digest("sourceManifest"), packages: packages)
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "pkgbase": .string(pkgbase.text),
            "version": .string(version.text), "sourceManifest": .string(sourceManifest.hex),
            "packages": .array(
                packages.map {
                    .object(["architecture": .string($0.architecture.text), "name": .string($0.name.text)])
                }),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { [("\(pkgbase)-\(version).manifest", sourceManifest)] }
    var statement: Statement { .sourceApproval(self) }
}
