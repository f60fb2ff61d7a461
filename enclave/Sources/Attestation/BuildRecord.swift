public import ALPMTypes
public import Cryptography

/// A machine built these packages from these sources.
public struct BuildRecord: Hashable, Sendable {
    /// A package that came out, with the SHA-256 state after its last byte.
    public struct Package: Hashable, Sendable {
        /// What the package is.
        public let identity: PackageIdentity
        /// The state from which a signature over the package can be made without the package.
        public let state: SHA256State

        /// Throws when the state does not end in the digest or the length of the identity.
        public init(identity: PackageIdentity, state: SHA256State) throws(AttestationError) {
            guard state.length == identity.size, state.digest() == identity.sha256 else {
                throw .malformedField(
                    path: "predicate.packages.state", expected: "the state whose digest and length stand beside it")
            }
            self.identity = identity
            self.state = state
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
    /// The digest of `.BUILDINFO`, which lists what was installed while building.
    public let environment: SHA256Digest
    /// Every package that the build produced, sorted by file name; they are admitted together.
    public let packages: [Package]

    /// Sorts the packages; throws when there are none, one file name occurs twice or a version differs from the build's.
    public init(
        header: StatementHeader, repository: RepositoryName, pkgbase: PackageName, version: Version,
        sourceManifest: SHA256Digest, environment: SHA256Digest, packages: [Package]
    ) throws(AttestationError) {
        self.header = header
        self.repository = repository
        self.pkgbase = pkgbase
        self.version = version
        self.sourceManifest = sourceManifest
        self.environment = environment
        self.packages = try packages.sortedOnce(by: \.identity.fileName.text)
        guard packages.allSatisfy({ $0.identity.version == version }) else {
            throw .malformedField(path: "predicate.version", expected: "the version of every package")
        }
    }
}

extension BuildRecord: Predicate {
    static let name = "build-record"
    static let fields = ["repository", "pkgbase", "version", "sourceManifest", "environment", "packages"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        var packages: [Package] = []
        for package in try reader.objects("packages", keys: PackageIdentity.fields + ["state"], sortedBy: "fileName") {
            let identity = try PackageIdentity(package)
            let state = try package.parsed("state", "the hexadecimal SHA-256 state of a file of the stated size") {
                text throws(CryptographyError) in try SHA256State(parsingHex: text, length: identity.size)
            }
            packages.append(try Package(identity: identity, state: state))
        }
        try self.init(
            header: header, repository: reader.repository("repository"), pkgbase: reader.packageName("pkgbase"),
            version: reader.version("version"), sourceManifest: reader.digest("sourceManifest"),
            environment: reader.digest("environment"), packages: packages)
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "pkgbase": .string(pkgbase.text),
            "version": .string(version.text), "sourceManifest": .string(sourceManifest.hex),
            "environment": .string(environment.hex),
            "packages": .array(
                packages.map { package in
                    .object(package.identity.members.merging(["state": .string(package.state.hex)]) { $1 })
                }),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { packages.map(\.identity.subject) }
    var statement: Statement { .buildRecord(self) }
}
