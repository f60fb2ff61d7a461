public import ALPMTypes

/// What may have only one content for ever: a name and version in the databases of one architecture.
public struct PackageClass: Hashable, Sendable, CustomStringConvertible {
    /// The database's architecture, never the package's own.
    public let architecture: Architecture
    /// The package's name.
    public let name: PackageName
    /// The package's version.
    public let version: Version

    /// Puts the parts together.
    public init(architecture: Architecture, name: PackageName, version: Version) {
        self.architecture = architecture
        self.name = name
        self.version = version
    }

    /// Parses what `text` writes.
    init?(parsing untrustedText: String) {
        let parts = untrustedText.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let architecture = try? Architecture(parsing: parts[0]),
            let directory = try? DirectoryName(parsing: parts[1])
        else { return nil }
        self.init(architecture: architecture, name: directory.name, version: directory.version)
    }

    /// The parts as `ARCHITECTURE/NAME-VERSION`.
    public var text: String { "\(architecture)/\(name)-\(version)" }

    /// The same as `text`.
    public var description: String { text }
}
