/// A package's file name, `NAME-VERSION-ARCH.pkg.tar` with or without the extension of a compression.
///
/// At most 251 bytes, so that the name of its `.sig` is a file name too.
public struct PackageFileName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The package's name.
    public let name: PackageName
    /// The package's version.
    public let version: Version
    /// The package's architecture.
    public let architecture: Architecture
    /// The extension after `.pkg.tar` without its dot, such as `zst`; nil for an uncompressed package.
    public let compressionExtension: String?

    /// The extensions that makepkg writes.
    private static let compressionExtensions: Set<String> = ["gz", "bz2", "xz", "zst", "lrz", "lzo", "Z", "lz4", "lz"]

    /// Parses a file name; throws when a part is malformed, the whole too long or the extension unknown.
    public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
        guard untrustedText.utf8.count <= 251 else {
            throw ALPMError(field: "package file name", expected: "at most 251 bytes long")
        }
        let parts = untrustedText.splitAtLastHyphens(3)
        guard parts.count == 4, let dot = parts[3].firstIndex(of: ".") else { throw Self.malformed }
        let suffix = parts[3][dot...]
        if suffix == ".pkg.tar" {
            compressionExtension = nil
        } else {
            let untrustedExtension = String(suffix.dropFirst(".pkg.tar.".count))
            guard suffix.hasPrefix(".pkg.tar."), Self.compressionExtensions.contains(untrustedExtension) else {
                throw Self.malformed
            }
            compressionExtension = untrustedExtension
        }
        name = try PackageName(parsing: parts[0])
        version = try Version(parsing: "\(parts[1])-\(parts[2])")
        architecture = try Architecture(parsing: parts[3][..<dot])
    }

    private static var malformed: ALPMError {
        ALPMError(
            field: "package file name",
            expected: "NAME-VERSION-ARCH.pkg.tar or that with the extension of a compression")
    }

    /// The file name as written.
    public var text: String {
        "\(name)-\(version)-\(architecture).pkg.tar" + (compressionExtension.map { ".\($0)" } ?? "")
    }

    /// Orders file names by their bytes.
    public static func < (a: PackageFileName, b: PackageFileName) -> Bool {
        a.text < b.text
    }

    /// The file name as written.
    public var description: String { text }
}
