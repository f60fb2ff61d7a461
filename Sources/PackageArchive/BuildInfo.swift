public import ALPMTypes
public import Cryptography

/// A package's `.BUILDINFO`, format 1 or 2: the environment in which makepkg says that it built.
///
/// It is written by the build itself, so it is a claim and never evidence.
public struct BuildInfo: Equatable, Sendable {
    /// The version of the file format.
    public enum Format: String, Sendable {
        case v1 = "1"
        case v2 = "2"
    }

    /// A package that was installed during the build.
    public struct InstalledPackage: Hashable, Sendable {
        /// The package's name.
        public let name: PackageName
        /// The package's version.
        public let version: Version
        /// The package's architecture.
        public let architecture: Architecture

        /// Parses `NAME-[EPOCH:]VERSION-RELEASE-ARCH`.
        public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
            let hyphen = untrustedText.lastIndex(of: "-") ?? untrustedText.endIndex
            let directory = try DirectoryName(parsing: untrustedText[..<hyphen])
            name = directory.name
            version = directory.version
            architecture = try Architecture(parsing: untrustedText[hyphen...].dropFirst())
        }
    }

    /// The version of the file format.
    public let format: Format
    /// The package's name.
    public let name: PackageName
    /// The name of the PKGBUILD's base package.
    public let base: PackageName
    /// The package's version.
    public let version: Version
    /// The package's architecture.
    public let architecture: Architecture
    /// The SHA-256 of the PKGBUILD as the build saw it.
    public let pkgbuildSHA256: SHA256Digest
    /// Who packaged it.
    public let packager: String
    /// When it was built, in seconds since 1970.
    public let buildDate: UInt64
    /// The directory in which it was built.
    public let buildDirectory: String
    /// The directory from which makepkg was started; only in format 2.
    public let startDirectory: String?
    /// The program that built it; only in format 2.
    public let buildTool: String?
    /// The version of that program; only in format 2.
    public let buildToolVersion: String?
    /// makepkg's build environment switches, such as `!distcc`.
    public let buildEnvironment: [String]
    /// makepkg's options, such as `strip`.
    public let options: [String]
    /// What was installed.
    public let installed: [InstalledPackage]
}

extension BuildInfo {
    /// Parses `.BUILDINFO` strictly: known keys, scalars once, the line grammar of `PackageInfo(strict:)`.
    public init(parsing untrustedText: [UInt8], of file: String = "package") throws(PackageArchiveError) {
        let text = MetadataLines(file: file, member: ".BUILDINFO", mayBeEmpty: [])
        let fields = try BuildInfoFields(text.parse(untrustedText), in: text)
        format = try fields.one("format", "1 or 2") { Format(rawValue: $0) }
        name = try fields.typed("pkgname") { value throws(ALPMError) in try PackageName(parsing: value) }
        base = try fields.typed("pkgbase") { value throws(ALPMError) in try PackageName(parsing: value) }
        version = try fields.typed("pkgver") { value throws(ALPMError) in try Version(parsing: value) }
        architecture = try fields.typed("pkgarch") { value throws(ALPMError) in try Architecture(parsing: value) }
        pkgbuildSHA256 = try fields.one("pkgbuild_sha256sum", "64 lower-case hexadecimal digits") {
            try? SHA256Digest(parsingHex: $0)
        }
        packager = try fields.one("packager", "a packager") { $0 }
        buildDate = try fields.one("builddate", "seconds since 1970 in decimal") {
            $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt64($0) : nil
        }
        buildDirectory = try fields.one("builddir", "a directory") { $0 }
        let isSecond = format == .v2
        startDirectory = try fields.onlyIf(isSecond, "startdir")
        buildTool = try fields.onlyIf(isSecond, "buildtool")
        buildToolVersion = try fields.onlyIf(isSecond, "buildtoolver")
        buildEnvironment = fields.list("buildenv")
        options = fields.list("options")
        installed = try fields.lines("installed").map { line throws(PackageArchiveError) in
            do throws(ALPMError) {
                return try InstalledPackage(parsing: line.value)
            } catch {
                throw text.refused(line: line.number, "NAME-VERSION-RELEASE-ARCH of an installed package")
            }
        }
    }
}

/// The lines of `.BUILDINFO` by key.
private struct BuildInfoFields {
    private static let scalars: Set<String> = [
        "format", "pkgname", "pkgbase", "pkgver", "pkgarch", "pkgbuild_sha256sum", "packager", "builddate", "builddir",
        "startdir", "buildtool", "buildtoolver",
    ]
    private static let lists: Set<String> = ["buildenv", "options", "installed"]

    private let text: MetadataLines
    private var fields: [String: [MetadataLine]] = [:]

    init(_ lines: [MetadataLine], in text: MetadataLines) throws(PackageArchiveError) {
        self.text = text
        for line in lines {
            guard Self.lists.contains(line.key) || Self.scalars.contains(line.key) else {
                throw text.refused(line: line.number, "a key of .BUILDINFO format 1 or 2")
            }
            guard Self.lists.contains(line.key) || fields[line.key] == nil else {
                throw text.refused(line: line.number, "\(line.key) only once")
            }
            fields[line.key, default: []].append(line)
        }
    }

    func lines(_ key: String) -> [MetadataLine] { fields[key, default: []] }

    func list(_ key: String) -> [String] { lines(key).map(\.value) }

    func one<Value>(
        _ key: String, _ expected: String, _ parse: (String) -> Value?
    ) throws(PackageArchiveError) -> Value {
        guard let line = lines(key).first else { throw text.refused(line: nil, "a line \(key) = …") }
        guard let value = parse(line.value) else { throw text.refused(line: line.number, "\(key) to be \(expected)") }
        return value
    }

    func typed<Value>(
        _ key: String, _ parse: (String) throws(ALPMError) -> Value
    ) throws(PackageArchiveError) -> Value {
        let line = try one(key, "a value") { _ in lines(key).first }
        do throws(ALPMError) {
            return try parse(line.value)
        } catch {
            throw text.refused(line: line.number, "\(error.field) to be \(error.expected)")
        }
    }

    /// A key that must be there in one format and absent in the other.
    func onlyIf(_ isPresent: Bool, _ key: String) throws(PackageArchiveError) -> String? {
        if isPresent { return try one(key, "a value") { $0 } }
        guard let line = lines(key).first else { return nil }
        throw text.refused(line: line.number, "no \(key) in format 1")
    }
}
