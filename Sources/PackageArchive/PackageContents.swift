public import Cryptography

/// What one pass over a package file found.
public struct PackageContents: Equatable, Sendable {
    /// The file's base name, for messages.
    public let file: String
    /// The package's `.PKGINFO`.
    public let packageInfo: PackageInfo
    /// The bytes of `.BUILDINFO`, if there is one; `buildInfo()` parses them.
    public let untrustedBuildInfo: [UInt8]?
    /// The member paths as repo-add lists them: escaped, sorted by bytes, directories ending in a slash.
    public let files: [String]
    /// The size of the package file in bytes.
    public let size: UInt64
    /// The SHA-256 of the package file.
    public let sha256: SHA256Digest
    /// SHA-256 over the whole package file before its last step, from which an enclave signs the package.
    public let state: SHA256State

    /// Parses `.BUILDINFO`; `nil` if the package has none.
    ///
    /// It is not parsed on the way, as no `desc` entry depends on it and stock tools never look at it.
    public func buildInfo() throws(PackageArchiveError) -> BuildInfo? {
        guard let untrustedBuildInfo else { return nil }
        return try BuildInfo(parsing: untrustedBuildInfo, of: file)
    }
}

extension PackageContents {
    /// The `desc` entry that repo-add 7.1 writes for the package under this file name.
    public func stockDescription(fileName: String) -> [UInt8] {
        var text = ""
        func field(_ name: String, _ values: [String]) {
            guard let first = values.first, !first.isEmpty else { return }
            text += "%\(name)%\n" + values.joined(separator: "\n") + "\n\n"
        }
        let info = packageInfo
        field("FILENAME", [fileName])
        field("NAME", info[.pkgname])
        field("BASE", info[.pkgbase])
        field("VERSION", info[.pkgver])
        field("DESC", info[.pkgdesc])
        field("GROUPS", info[.group])
        field("CSIZE", [String(size)])
        field("ISIZE", info[.size])
        field("SHA256SUM", [sha256.hex])
        field("URL", info[.url])
        field("LICENSE", info[.license])
        field("ARCH", info[.arch])
        field("BUILDDATE", info[.builddate])
        field("PACKAGER", info[.packager])
        field("REPLACES", info[.replaces])
        field("CONFLICTS", info[.conflict])
        field("PROVIDES", info[.provides])
        field("DEPENDS", info[.depend])
        field("OPTDEPENDS", info[.optdepend])
        field("MAKEDEPENDS", info[.makedepend])
        field("CHECKDEPENDS", info[.checkdepend])
        return Array(text.utf8)
    }

    /// The `files` entry that repo-add writes for the package under C.UTF-8.
    public func stockFileList() -> [UInt8] {
        Array(("%FILES%\n" + files.map { $0 + "\n" }.joined()).utf8)
    }
}
