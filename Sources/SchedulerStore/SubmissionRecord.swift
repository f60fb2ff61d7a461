package import ALPMTypes
package import Cryptography

/// What is kept of one submitted package beside the package itself.
package struct SubmissionRecord: Hashable, Sendable {
    /// The package's file name, which says its name, version and architecture.
    package let fileName: PackageFileName
    /// The package's base; its name where it states none.
    package let base: PackageName
    /// The SHA-256 of the package.
    package let sha256: SHA256Digest
    /// Its size in bytes.
    package let size: UInt64
    /// The SHA-256 state over the package, in hexadecimal.
    package let sha256State: String
    /// When it was accepted, in Unix seconds.
    package let acceptedAt: UInt64
    /// The state for each repository that evidence names, or that is the only one; by its name.
    package var targets: [String: StateRecord]

    /// Takes all of it.
    package init(
        fileName: PackageFileName, base: PackageName, sha256: SHA256Digest, size: UInt64, sha256State: String,
        acceptedAt: UInt64, targets: [String: StateRecord] = [:]
    ) {
        self.fileName = fileName
        self.base = base
        self.sha256 = sha256
        self.size = size
        self.sha256State = sha256State
        self.acceptedAt = acceptedAt
        self.targets = targets
    }

    /// The SHA-256 state over the package; nil if the text is none over so many bytes.
    package var state: SHA256State? { try? SHA256State(parsingHex: sha256State, length: size) }
}

/// One package that removal statements take out of one database.
package struct RemovalRequest: Hashable, Sendable {
    /// The repository that loses it.
    package let repository: RepositoryName
    /// The architecture of the database.
    package let architecture: Architecture
    /// The package's name.
    package let name: PackageName
    /// Its version.
    package let version: Version
    /// The SHA-256 of the package.
    package let sha256: SHA256Digest
    /// Where the removal stands.
    package var target: StateRecord

    /// Takes all of it.
    package init(
        repository: RepositoryName, architecture: Architecture, name: PackageName, version: Version,
        sha256: SHA256Digest, target: StateRecord
    ) {
        self.repository = repository
        self.architecture = architecture
        self.name = name
        self.version = version
        self.sha256 = sha256
        self.target = target
    }

    /// What names the request.
    package var id: SHA256Digest {
        SHA256.digest(of: Array("\(repository)\n\(architecture)\n\(name)\n\(version)\n\(sha256)\n".utf8))
    }
}
