import Cryptography

extension PackageContents {
    /// The `desc` entry that repo-add writes for the package, in the profile in which it was read.
    ///
    /// A signature that is given is embedded; stock 6.0.2 does so whenever `PACKAGE.sig` exists, 7.1 only when asked. The file
    /// name is the package file's own.
    public func stockDescription(signature: PackageSignature? = nil) -> [UInt8] {
        description(fileName: file, signature: signature)
    }

    /// The same under another file name.
    func description(fileName: String, signature: PackageSignature? = nil) -> [UInt8] {
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
        field("MD5SUM", md5.map { [Hex.encode($0)] } ?? [])
        field("SHA256SUM", [sha256.hex])
        field("PGPSIG", signature.map { [$0.text] } ?? [])
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
    public func stockFileList() -> [UInt8] { Array("%FILES%\n".utf8) + fileList }
}
