public import ALPMTypes
public import Cryptography

/// What a build is made from: every file of a source directory and what pins every source that is fetched.
///
/// It is computed without running any code of the PKGBUILD. Its form is in `docs/spec/source-manifest.md`.
public struct SourceManifest: Hashable, Sendable {
    /// A regular file of the directory.
    public struct File: Hashable, Sendable {
        /// The path below the directory, plain UTF-8.
        public let path: String
        /// The SHA-256 of the file.
        public let sha256: SHA256Digest
    }

    /// A source that is fetched from elsewhere.
    public struct Source: Hashable, Sendable {
        /// `commit:`, `sha256:`, `sha512:` or `b2:` and lower-case hexadecimal digits.
        public let pin: String
        /// The source as `.SRCINFO` has it.
        public let location: String

        /// The line of the canonical text.
        var line: String { "source \(pin) \(location)" }
    }

    /// The base that the packages share.
    public let pkgbase: PackageName
    /// The version that all the packages have.
    public let version: Version
    /// Every package that the sources may produce, sorted by name.
    public let packages: [PackageName]
    /// The architectures that the base names, sorted.
    public let architectures: [Architecture]
    /// The files, sorted by the bytes of their paths.
    public let files: [File]
    /// The fetched sources, sorted by the bytes of their lines.
    public let sources: [Source]
    /// The canonical text.
    public let bytes: [UInt8]

    private let architecturesByPackage: [PackageName: [Architecture]]

    /// The SHA-256 of the canonical text, which source approvals and build records bind.
    public var digest: SHA256Digest { SHA256.digest(of: bytes) }

    /// The architectures for which a package is built; empty for a package that the sources do not make.
    public func architectures(of package: PackageName) -> [Architecture] { architecturesByPackage[package] ?? [] }

    /// Computes the manifest of a source directory.
    public static func make(directory: String) throws(SourceManifestError) -> SourceManifest {
        let tree = try SourceTree(directory: directory)
        let digests = Dictionary(tree.files.map { ($0.path, $0.sha256) }) { first, _ in first }
        guard digests[".SRCINFO"] != nil else { throw .sourceInfoMissing }
        guard digests["PKGBUILD"] != nil else { throw .file(path: "PKGBUILD", expected: "to be in the directory") }
        let untrustedInfo = try tree.contents(".SRCINFO", limit: SourceInfoSections.maximumSize)
        guard digests[".SRCINFO"] == SHA256.digest(of: untrustedInfo) else { throw .changed(path: ".SRCINFO") }
        let info = try SourceInfo(parsing: untrustedInfo)
        for script in info.scripts where digests[script.text] == nil {
            throw .sourceInfo(line: script.line, expected: "the name of a file in the directory")
        }
        var sources: Set<Source> = []
        for source in try info.fetchedSources() {
            if let pinned = try source.pin(in: digests) { sources.insert(pinned) }
        }
        return SourceManifest(info, files: tree.files, sources: sources)
    }

    /// Throws unless the directory has exactly this manifest; a builder calls this before any code of the PKGBUILD runs.
    public func check(directory: String) throws(SourceManifestError) {
        let found = try SourceManifest.make(directory: directory)
        guard found.bytes != bytes else { return }
        let difference = Set(files).symmetricDifference(found.files).map(\.path)
        let first = difference.min { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        throw .changed(path: first ?? ".SRCINFO")
    }

    private init(_ info: SourceInfo, files: [File], sources: Set<Source>) {
        pkgbase = info.pkgbase
        version = info.version
        packages = info.packages.map(\.name)
        architectures = info.architectures
        architecturesByPackage = Dictionary(info.packages.map { ($0.name, $0.architectures) }) { first, _ in first }
        self.files = files
        self.sources = sources.sorted { $0.line.utf8.lexicographicallyPrecedes($1.line.utf8) }
        var lines = ["reposeal-source-manifest-1", "pkgbase \(info.pkgbase)", "version \(info.version)"]
        for package in info.packages {
            lines.append((["package \(package.name)"] + package.architectures.map(\.text)).joined(separator: " "))
        }
        for file in files { lines.append("file \(file.sha256) \(file.path)") }
        for source in self.sources { lines.append(source.line) }
        bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    }
}
