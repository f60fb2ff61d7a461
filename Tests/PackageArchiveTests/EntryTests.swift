import ALPMTypes
import Foundation
import PackageArchive
import RepositoryDatabase
import TestSupport
import Testing

/// From a package that the real makepkg built to the entry that an enclave takes.
@Suite struct EntryTests {
    static func build() throws -> (folder: TemporaryDirectory, path: String) {
        let folder = try TemporaryDirectory()
        try folder.write(
            "PKGBUILD",
            text: """
                pkgname=hello
                pkgver=1.2
                pkgrel=3
                epoch=1
                pkgdesc='A   small package: é'
                arch=(any)
                url=https://example.org/
                license=(MIT)
                groups=(base)
                depends=('bash>=5')
                optdepends=('perl: for x')
                package() {
                    install -Dm644 /dev/null "$pkgdir/usr/share/hello/é"
                    ln -s é "$pkgdir/usr/share/hello/link"
                    ln "$pkgdir/usr/share/hello/é" "$pkgdir/usr/share/hello/hard"
                }
                """)
        return (folder, try #require(try Makepkg.build(in: folder).first))
    }

    @Test("a package that makepkg built reads strictly, and makes the entry of stock repo-add but for MD5SUM")
    func makepkg() throws {
        let (folder, path) = try Self.build()
        let contents = try PackageArchive.read(path)
        let entry = try contents.entry(fileName: PackageFileName(parsing: "hello-1:1.2-3-any.pkg.tar.gz"))
        #expect(entry.description.groups == ["base"])
        #expect(entry.description.compressedSize == contents.size)
        #expect(entry.files.paths?.last == "usr/share/hello/é")
        let environment = ["LC_ALL": "C.UTF-8"]
        let added = try Tool("repo-add", folder.path("t.db.tar.gz"), path).run(environment: environment)
        try #require(added.status == 0, "\(added.complaint)")
        func member(_ name: String) throws -> String {
            try Tool("bsdtar", "-xOf", folder.path("t.files.tar.gz"), "hello-1:1.2-3/\(name)").run().text
        }
        let stock = try member("desc").replacing(#/%MD5SUM%\n[0-9a-f]{32}\n\n/#, with: "")
        #expect(entry.descBytes == Array(stock.utf8))
        #expect(try entry.filesBytes == Array(member("files").utf8))
    }

    @Test("its build information is read too")
    func buildInformation() throws {
        let (folder, path) = try Self.build()
        let info = try #require(try PackageArchive.read(path).buildInfo())
        #expect(info.version.text == "1:1.2-3")
        #expect(info.buildDirectory == folder.path)
        #expect(info.options.contains("emptydirs"))
    }

    @Test(
        "a file name of another name, version or architecture makes no entry",
        arguments: ["hullo-1:1.2-3-any.pkg.tar.gz", "hello-1.2-3-any.pkg.tar.gz", "hello-1:1.2-3-x86_64.pkg.tar.gz"])
    func otherFileName(fileName: String) throws {
        let (folder, path) = try Self.build()
        let contents = try withExtendedLifetime(folder) { try PackageArchive.read(path) }
        #expect(throws: PackageArchiveError.self) {
            try contents.entry(fileName: PackageFileName(parsing: fileName))
        }
    }

    @Test("a package without what an entry requires makes none, and the error names the field")
    func missingField() throws {
        let contents = try PackageArchive.read(GoldenPackageTests.path("foo2"))
        let error = #expect(throws: PackageArchiveError.self) {
            try contents.entry(fileName: PackageFileName(parsing: "foo-2:1.0-1-any.pkg.tar.gz"))
        }
        #expect(error?.description == "foo2.pkg.tar.gz: it makes no database entry: ISIZE is not present")
    }
}
