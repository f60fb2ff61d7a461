import ALPMTypes
import Cryptography
import PackageArchive
import Testing

@Suite struct BuildInfoTests {
    static let common = """
        pkgname = foo
        pkgbase = foo
        pkgver = 1:1.0-1
        pkgarch = any
        pkgbuild_sha256sum = \(String(repeating: "ab", count: 32))
        packager = A B <a@example.org>
        builddate = 1700000000
        builddir = /build
        buildenv = !distcc
        buildenv = color
        options = strip
        installed = gcc-libs-13.2.1-3-x86_64
        installed = java-a-b-1:1.0-1.1-any

        """
    static let second =
        "format = 2\n" + common + "startdir = /start\nbuildtool = devtools\nbuildtoolver = 1:1.0-1-any\n"

    static func parse(_ text: String) throws -> BuildInfo { try BuildInfo(parsing: Array(text.utf8), of: "a") }

    @Test("format 2 is read into types")
    func formatTwo() throws {
        let info = try Self.parse(Self.second)
        #expect(info.format == .v2)
        #expect(info.version.text == "1:1.0-1")
        #expect(info.pkgbuildSHA256.hex == String(repeating: "ab", count: 32))
        #expect(info.buildDate == 1_700_000_000)
        #expect(info.startDirectory == "/start")
        #expect(info.buildEnvironment == ["!distcc", "color"])
        #expect(info.installed.map(\.name.text) == ["gcc-libs", "java-a-b"])
        #expect(info.installed.map(\.version.text) == ["13.2.1-3", "1:1.0-1.1"])
        #expect(info.installed.map(\.architecture.text) == ["x86_64", "any"])
    }

    @Test("format 1 has no start directory and no build tool")
    func formatOne() throws {
        let info = try Self.parse("format = 1\n" + Self.common)
        #expect(info.startDirectory == nil)
        #expect(info.buildTool == nil)
        #expect(throws: PackageArchiveError.self) { try Self.parse("format = 1\n" + Self.common + "startdir = /s\n") }
    }

    @Test(
        "each scalar must be there once",
        arguments: [
            "format", "pkgname", "pkgbase", "pkgver", "pkgarch", "pkgbuild_sha256sum", "packager", "builddate",
            "builddir",
            "startdir", "buildtool", "buildtoolver",
        ])
    func scalarOnce(key: String) throws {
        let lines = Self.second.split(separator: "\n").map(String.init)
        let line = try #require(lines.first { $0.hasPrefix("\(key) = ") })
        let without = lines.filter { $0 != line }.map { $0 + "\n" }.joined()
        #expect(throws: PackageArchiveError.self) { try Self.parse(without) }
        #expect(throws: PackageArchiveError.self) { try Self.parse(Self.second + line + "\n") }
        #expect(try Self.parse(without + line + "\n") == Self.parse(Self.second))
    }

    @Test(
        "a value outside its type is an error that names the line",
        arguments: [
            ("format = 2", "format = 3"), ("pkgname = foo", "pkgname = ../x"), ("pkgver = 1:1.0-1", "pkgver = 1.0"),
            ("pkgarch = any", "pkgarch = a/b"), ("pkgbuild_sha256sum = ab", "pkgbuild_sha256sum = AB"),
            ("builddate = 1", "builddate = -1"), ("installed = gcc-libs-13.2.1-3-x86_64", "installed = gcc"),
            ("options = strip", "option = strip"),
        ])
    func badValue(good: String, bad: String) throws {
        let text = Self.second.replacing(good, with: bad, maxReplacements: 1)
        #expect(text != Self.second)
        let error = #expect(throws: PackageArchiveError.self) { try Self.parse(text) }
        #expect(error?.description.hasPrefix("a: .BUILDINFO line ") == true)
    }
}
