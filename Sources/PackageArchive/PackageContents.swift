public import Cryptography

/// What one pass over a package file found.
public struct PackageContents: Equatable, Sendable {
    /// The file's base name, one plain path component.
    public let file: String
    /// The package's `.PKGINFO`.
    public let packageInfo: PackageInfo
    /// The bytes of `.BUILDINFO`, if there is one; `buildInfo()` parses them.
    public let untrustedBuildInfo: [UInt8]?
    /// The member paths as repo-add lists them, a newline after each: escaped, sorted by bytes, directories ending in a slash.
    let fileList: [UInt8]
    /// The size of the package file in bytes.
    public let size: UInt64
    /// The SHA-256 of the package file.
    public let sha256: SHA256Digest
    /// SHA-256 over the whole package file before its last step, from which an enclave signs the package.
    public let state: SHA256State
    /// The MD5 of the package file, 16 bytes, if it was read for a profile that writes it.
    public let md5: [UInt8]?

    /// The member paths as repo-add lists them: escaped, sorted by bytes, directories ending in a slash.
    public var files: [String] {
        fileList.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Parses `.BUILDINFO`; `nil` if the package has none.
    ///
    /// It is not parsed on the way, as no `desc` entry depends on it and stock tools never look at it.
    public func buildInfo() throws(PackageArchiveError) -> BuildInfo? {
        guard let untrustedBuildInfo else { return nil }
        return try BuildInfo(parsing: untrustedBuildInfo, of: file)
    }
}
