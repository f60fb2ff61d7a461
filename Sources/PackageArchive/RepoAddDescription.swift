import Cryptography
import RepositoryDatabase

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
        var text: [UInt8] = []
        func field(_ name: String, _ values: [[UInt8]]) {
            guard let first = values.first, !first.isEmpty else { return }
            text += Array("%\(name)%\n".utf8)
            for value in values { text += value + [UInt8(ascii: "\n")] }
            text.append(UInt8(ascii: "\n"))
        }
        func field(_ name: String, _ value: String?) {
            field(name, value.map { [Array($0.utf8)] } ?? [])
        }
        func field(_ name: String, _ key: PackageInfo.Key) { field(name, packageInfo.bytes(of: key)) }
        field("FILENAME", fileName)
        field("NAME", .pkgname)
        field("BASE", .pkgbase)
        field("VERSION", .pkgver)
        field("DESC", .pkgdesc)
        field("GROUPS", .group)
        field("CSIZE", String(size))
        field("ISIZE", .size)
        field("MD5SUM", md5.map { Hex.encode($0) })
        field("SHA256SUM", sha256.hex)
        field("PGPSIG", signature?.text)
        field("URL", .url)
        field("LICENSE", .license)
        field("ARCH", .arch)
        field("BUILDDATE", .builddate)
        field("PACKAGER", .packager)
        field("REPLACES", .replaces)
        field("CONFLICTS", .conflict)
        field("PROVIDES", .provides)
        field("DEPENDS", .depend)
        field("OPTDEPENDS", .optdepend)
        field("MAKEDEPENDS", .makedepend)
        field("CHECKDEPENDS", .checkdepend)
        return text
    }

    /// Refuses a package whose entry no reader of the database would take: escapes make a list longer than its paths.
    func checkLengths() throws(PackageArchiveError) {
        let length = description(fileName: file).count
        guard length <= PackageArchive.maximumDescriptionSize - 2 * PackageSignature.maximumSize else {
            throw .refused(file: file, expected: "metadata that make a desc of less than 1 MiB with its signature")
        }
        guard stockFileList().count <= Limits.fileList else {
            throw .refused(file: file, expected: "members whose list has at most 32 MiB with its escapes")
        }
    }

    /// The `files` entry that repo-add writes for the package under C.UTF-8.
    public func stockFileList() -> [UInt8] { Array("%FILES%\n".utf8) + fileList }
}
