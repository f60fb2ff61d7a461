import ALPMTypes
import Foundation
import RepositoryDatabase
import RepositoryImport
import TestSupport
import Testing

@Suite struct RepositoryImportTests {
    /// A `desc` text as repo-add 6.0.2 writes it.
    static func desc(name: String = "foo", version: String = "1-1", extra: String = "") -> String {
        """
        %FILENAME%
        \(name)-\(version)-any.pkg.tar.gz

        %NAME%
        \(name)

        %VERSION%
        \(version)

        %CSIZE%
        10

        %ISIZE%
        20

        %MD5SUM%
        \(String(repeating: "a", count: 32))

        %SHA256SUM%
        \(String(repeating: "b", count: 64))

        %PGPSIG%
        iQEzBAAB

        %ARCH%
        any

        %BUILDDATE%
        1

        %PACKAGER%
        A <a@example.org>


        """ + extra
    }

    static func read(_ database: TarBuilder, files: TarBuilder? = nil) throws -> ImportedRepository {
        let folder = try TemporaryDirectory()
        return try RepositoryImport.read(
            databasePath: folder.write("t.db.tar", database.finished),
            filesDatabasePath: files.map { try folder.write("t.files.tar", $0.finished) })
    }

    static func database(_ members: KeyValuePairs<String, String>) -> TarBuilder {
        var tar = TarBuilder()
        for (path, text) in members { tar.add(path, text, flag: path.hasSuffix("/") ? "5" : "0") }
        return tar
    }

    @Test(
        "every entry of Arch Linux's own databases comes in, without MD5SUM and PGPSIG",
        arguments: [("core", 231), ("multilib", 280), ("testing", 38)])
    func archLinux(repository: String, count: Int) throws {
        let path = RepositoryRoot.fixture("arch-2019/\(repository).db")
        let imported = try RepositoryImport.read(databasePath: path)
        #expect(imported.refused == [])
        #expect(imported.entries.count == count)
        #expect(imported.entries.entries.allSatisfy { $0.filesBytes == nil })
        let listed = try Tool("bsdtar", "-tf", path).run().text.split(separator: "\n").filter { $0.hasSuffix("/") }
        #expect(imported.entries.entries.map { "\($0.directoryName)/" }.sorted() == listed.map(String.init).sorted())
        for entry in imported.entries.entries.prefix(20) {
            let stock = try Tool("bsdtar", "-xOf", path, "\(entry.directoryName)/desc").run().text
            let kept = stock.replacing(#/%(MD5SUM|PGPSIG)%\n[^\n]*\n\n/#, with: "")
            #expect(String(decoding: entry.descBytes, as: UTF8.self) == kept)
        }
    }

    @Test("what makepkg built and repo-add added comes in with its file list", arguments: ["gz", "xz", "zst", "bz2"])
    func repoAdd(compression: String) throws {
        let source = try TemporaryDirectory()
        try source.write(
            "PKGBUILD",
            text: """
                pkgname=hello
                pkgver=1.2
                pkgrel=3
                epoch=1
                pkgdesc='A small package'
                arch=(any)
                license=(MIT)
                depends=('bash>=5')
                package() { install -Dm644 /dev/null "$pkgdir/usr/share/hello/a b\\\\c"; }
                """)
        let package = try #require(try Makepkg.build(in: source).first)
        let folder = try TemporaryDirectory()
        let result = try Tool("repo-add", folder.path("t.db.tar.\(compression)"), package)
            .run(environment: ["LC_ALL": "C.UTF-8"])
        try #require(result.status == 0, "\(result.complaint)")
        let imported = try RepositoryImport.read(
            databasePath: folder.path("t.db"), filesDatabasePath: folder.path("t.files"))
        #expect(imported.refused == [])
        let entry = try #require(imported.entries.entries.first)
        #expect(entry.directoryName.text == "hello-1:1.2-3")
        #expect(entry.description.depends == ["bash>=5"])
        let stock = try Tool("bsdtar", "-xOf", folder.path("t.files"), "hello-1:1.2-3/files").run().output
        #expect(entry.filesBytes == Array(stock))
        #expect(try RepositoryImport.read(databasePath: folder.path("t.db")).entries.entries.first?.filesBytes == nil)
    }

    @Test("a golden package that repo-add took but the strict grammar does not is listed with its reason")
    func goldenRefused() throws {
        let folder = try TemporaryDirectory()
        let package = RepositoryRoot.fixture("golden-packages/packages/plain.pkg.tar.gz")
        try #require(try Tool("repo-add", folder.path("t.db.tar.gz"), package).run().status == 0)
        let imported = try RepositoryImport.read(databasePath: folder.path("t.db"))
        #expect(imported.entries.isEmpty)
        #expect(imported.refused.map(\.directoryName) == ["foo-1:1.0-1"])
        #expect(imported.refused.first?.reason.hasPrefix("FILENAME is not ") == true)
    }

    @Test("a depends file is merged, and fields in any order come out canonical")
    func depends() throws {
        let imported = try Self.read(
            Self.database([
                "foo-1-1/": "", "foo-1-1/depends": "%PROVIDES%\np\n\n%DEPENDS%\na\nb",
                "foo-1-1/desc": "%URL%\nhttps://example.org/\n\n" + Self.desc(),
            ]))
        #expect(imported.refused == [])
        let entry = try #require(imported.entries.entries.first)
        #expect(entry.description.depends == ["a", "b"])
        #expect(entry.description.provides == ["p"])
        #expect(entry.description.url == "https://example.org/")
        #expect(try PackageDescription(parsing: entry.descBytes) == entry.description)
    }

    @Test("a file list is sorted and completed from the files database; another list stays unknown")
    func fileLists() throws {
        let database = Self.database([
            "bar-1-1/desc": Self.desc(name: "bar"), "foo-1-1/desc": Self.desc(),
        ])
        let files = Self.database(["foo-1-1/files": "%FILES%\nusr/b\nusr/\nusr/a\n\n", "foo-1-1/desc": Self.desc()])
        let imported = try Self.read(database, files: files)
        #expect(imported.refused == [])
        #expect(imported.entries.entries.map(\.files.paths) == [nil, ["usr/", "usr/a", "usr/b"]])
    }

    @Test(
        "an entry outside the strict grammar is refused alone",
        arguments: [
            ["bad-1-1/": ""], ["bad-1-1/desc": ""], ["bad-1-1/desc": desc(name: "other")],
            ["bad-1~rc1-1/desc": desc(name: "bad", version: "1~rc1-1")], ["bad-1-1/desc": "junk\n"],
            ["bad-1-1/desc": desc(name: "bad", extra: "%ODD%\nx\n\n")],
            ["bad-1-1/desc": desc(name: "bad", extra: "%NAME%\nbad\n\n")],
            ["bad-1-1/desc": desc(name: "bad", extra: "%DESC%\n\u{202e}x\n\n")],
            ["bad-1-1/desc": desc(name: "bad"), "bad-1-1/files": "%FILES%\n../x\n"],
            ["bad-1-1/desc": desc(name: "bad"), "bad-1-1/files": "%FILES%\nx\n\n%BACKUP%\nx\n"],
            ["bad-1-1/desc": desc(name: "bad", extra: "%DEPENDS%\na\n\n"), "bad-1-1/depends": "%DEPENDS%\nb\n"],
        ] as [[String: String]])
    func refusedAlone(members: [String: String]) throws {
        var tar = Self.database(["foo-1-1/desc": Self.desc()])
        for (path, text) in members.sorted(by: { $0.key < $1.key }) {
            tar.add(path, text, flag: path.hasSuffix("/") ? "5" : "0")
        }
        let imported = try Self.read(tar)
        #expect(imported.entries.entries.map(\.name.text) == ["foo"])
        #expect(imported.refused.map { $0.directoryName.hasPrefix("bad-1") } == [true])
    }

    @Test("a repeated member, a second version, a stray member and a file list alone are listed")
    func strayMembers() throws {
        let twice = Self.database(["foo-1-1/desc": Self.desc(), "foo-1-1/desc": Self.desc()])
        #expect(try Self.read(twice).refused.map(\.reason) == ["desc is there twice"])
        let versions = Self.database(["foo-1-1/desc": Self.desc(), "foo-2-1/desc": Self.desc(version: "2-1")])
        #expect(try Self.read(versions).refused.map(\.directoryName) == ["foo-2-1"])
        let stray = Self.database(["foo-1-1/desc": Self.desc(), "foo-1-1/a\u{1b}b": "", "x/y/desc": ""])
        #expect(try Self.read(stray).refused.map(\.directoryName) == ["foo-1-1/a\u{fffd}b", "x/y/desc"])
        let alone = try Self.read(TarBuilder(), files: Self.database(["foo-1-1/desc": Self.desc()]))
        #expect(alone.refused.map(\.reason) == ["it is in the files database alone"])
    }

    @Test("an empty file and an empty archive are empty databases")
    func empty() throws {
        let folder = try TemporaryDirectory()
        #expect(try RepositoryImport.read(databasePath: folder.write("e.db", [])).entries.isEmpty)
        #expect(try RepositoryImport.read(databasePath: folder.write("t.db", TarBuilder().finished)).entries.isEmpty)
    }

    @Test("what is no archive, is cut short or is not there is an error that names the file")
    func unreadable() throws {
        let folder = try TemporaryDirectory()
        let core = try Data(contentsOf: URL(filePath: RepositoryRoot.fixture("arch-2019/core.db")))
        try folder.write("cut.db", core.prefix(core.count / 2))
        try folder.write("text.db", text: "hello\n")
        for name in ["cut.db", "text.db", "absent.db"] {
            let error = #expect(throws: RepositoryImportError.self) {
                try RepositoryImport.read(databasePath: folder.path(name))
            }
            #expect(error?.description.hasPrefix("\(name): ") == true)
        }
    }
}
