import ALPMTypes
import PackageArchive
import Testing

@Suite struct PackageInfoTests {
    static let start = "pkgname = foo\npkgver = 1-1\n"

    static func strict(_ lines: String) throws -> PackageInfo { try PackageInfo(strict: Array((start + lines).utf8)) }

    static func repoAdd(_ lines: String) throws -> PackageInfo {
        try PackageInfo(repoAddReading: Array((start + lines).utf8))
    }

    @Test(
        "repo-add takes a line apart as its own bash does",
        arguments: [
            ("url = v=", "v"), ("url = v = ", "v"), ("url =v=", "v"), ("url = =v", "=v"), ("url==v", "=v"),
            ("url = https://x/?a=", "https://x/?a"), ("url = = =", "= ="), ("url = v==", "v=="),
            ("url = = v=", "= v="), ("url = v ==", "v =="), ("url = =", ""), ("url ==", ""), ("url", ""),
            ("url = a=b=", "a=b="), ("url v", "v"), ("url = a b=", "a b="), ("url=v=w", "v=w"),
            ("url = a b = ", "a b ="), ("\t url = v \t", "v"), ("url = \\n\\", "\\n\\"), ("url = v\r", "v "),
            ("url = a\u{85}b\u{a0}\u{2007}c", "a\u{85}b\u{a0}\u{2007}c"), ("url = a \u{1680}\u{2028}\tb", "a b"),
        ])
    func lineOfRepoAdd(line: String, value: String) throws {
        #expect(try Self.repoAdd(line)[.url] == [value])
    }

    @Test(
        "repo-add ignores comments, empty keys and keys that mean nothing to it",
        arguments: [
            "# url = x", "  # url = x", "= url", "", "foo-bar = x", "sha256sum = x", "csize = 1", "basever = 1",
        ])
    func ignored(line: String) throws {
        #expect(try Self.repoAdd(line) == Self.repoAdd(""))
    }

    @Test("repo-add takes the last scalar, even an empty one, and every list value")
    func lastScalarWins() throws {
        let info = try Self.repoAdd("url = a\nurl = \ndepend = b\ndepend = a\ndepend = \n")
        #expect(info[.url] == [""])
        #expect(info[.depend] == ["b", "a", ""])
    }

    @Test("a list value that readers of the entry would take for another field is an error")
    func fieldInList() {
        let lines = "depend = b\ndepend = \ndepend = %FILENAME%\ndepend = x.pkg.tar\n"
        let error = #expect(throws: PackageArchiveError.self) { try Self.repoAdd(lines) }
        #expect(
            error?.description
                == "package: .PKGINFO line 5: expected no value of depend after an empty one, which ends the list")
    }

    @Test("a line that libalpm would refuse together with its database is an error")
    func longLine() throws {
        let start = "pkgdesc = "
        let longest = String(repeating: "x", count: (512 << 10) - 1 - start.utf8.count)
        #expect(try Self.repoAdd(start + longest + "\n")[.pkgdesc] == [longest])
        #expect(throws: PackageArchiveError.self) { try Self.repoAdd(start + longest + "x\n") }
    }

    /// An empty value ends the list for whoever reads the entry; stock repo-add lets a package write any field so.
    @Test("a value after an empty one cannot become another field")
    func fieldAfterEmptyValue() {
        #expect(throws: PackageArchiveError.self) {
            try Self.repoAdd("depend = a\ndepend =\ndepend = %FILENAME%\ndepend = ../x\n")
        }
    }

    @Test(
        "a key that would run code in repo-add or replace its variables is an error in both readings",
        arguments: [
            "a[$(id)] = x", "x;id = y", "url\t= x", "é = x", "pkgfile = /etc/passwd", "pgpsig = x", "pgpsigsize = x",
            "oldfile = x", "oldfilename = x", "pkgentry = x", "tmpdir = x", "line = x", "var = x", "val = x",
            "PATH = x",
            "_groups = x", "Url = x",
        ])
    func dangerousKey(line: String) {
        #expect(throws: PackageArchiveError.self) { try Self.repoAdd(line + "\n") }
        #expect(throws: PackageArchiveError.self) { try Self.strict(line + "\n") }
    }

    @Test(
        "name and version must be there and safe in both readings",
        arguments: [
            "pkgname = foo\n", "pkgver = 1-1\n", "pkgname = ../../x\npkgver = 1-1\n", "pkgname = foo\npkgver = 1/0-1\n",
            "pkgname = .foo\npkgver = 1-1\n", "pkgname = -foo\npkgver = 1-1\n", "pkgname = foo\npkgver = 1\n",
            "pkgname = foo \r\npkgver = 1-1\r\n", "",
        ])
    func identity(text: String) {
        #expect(throws: PackageArchiveError.self) { try PackageInfo(repoAddReading: Array(text.utf8)) }
        #expect(throws: PackageArchiveError.self) { try PackageInfo(strict: Array(text.utf8)) }
    }

    @Test(
        "the strict grammar takes ordinary lines",
        arguments: [
            "# a comment\n", "url = \n", "pkgdesc = \n", "pkgdesc = Ünïcode: a = b, 'c'\n",
            "depend = a>=1\ndepend = b\n",
            "xdata = pkgtype=pkg\n", "url = https://x/?a=b&c=d=\n", "pkgdesc = a b=\n", "backup = etc/a b\n",
        ])
    func strictTakes(lines: String) throws {
        #expect(try Self.strict(lines).name.text == "foo")
    }

    @Test(
        "the strict grammar refuses what some reader would take differently, and names the line",
        arguments: [
            "url = x", "url=x\n", "url =x\n", "url  = x\n", " url = x\n", "url = x \n", "url = a  b\n", "url = a\tb\n",
            "url = a=\n", "url = =\n", "url = a =\n", "arch = \n", "depend = \n", "\n", "url\n", "foo = x\n",
            "url = a\nurl = b\n", "url = a\u{a0}b\n", "url = a\u{202e}b\n", "url = a\u{7f}b\n", "# a\u{0}b\n",
            "url = a\r\n", "# \(String(repeating: "x", count: 8 << 10))\n", "basever = 1\n",
        ])
    func strictRefuses(lines: String) {
        #expect(throws: PackageArchiveError.self) { try Self.strict(lines) }
    }

    @Test("text that is not UTF-8 is refused by the strict grammar, and passed on by repo-add")
    func notUTF8() throws {
        let text = Array(Self.start.utf8) + Array("url = ".utf8) + [0xff, 0x0a]
        #expect(throws: PackageArchiveError.self) { try PackageInfo(strict: text) }
        #expect(try PackageInfo(repoAddReading: text)[.url] == ["\u{fffd}"])
    }

    @Test("an error names file, member and line")
    func errorNamesThePlace() {
        let error = #expect(throws: PackageArchiveError.self) {
            try PackageInfo(strict: Array("pkgname = foo\npkgver = 1-1\narch=any\n".utf8), of: "foo.pkg.tar.zst")
        }
        #expect(
            error?.description
                == "foo.pkg.tar.zst: .PKGINFO line 3: expected a comment or KEY = VALUE with a lower-case key")
    }
}
