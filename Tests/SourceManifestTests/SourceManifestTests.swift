import ALPMTypes
import Cryptography
import Foundation
import SourceManifest
import TestSupport
import Testing

@Suite struct SourceManifestTests {
    static let commit = String(repeating: "0123456789", count: 4)
    static let sha256 = String(repeating: "ab", count: 32)

    static func info(_ lines: String...) -> String {
        "pkgbase = foo\n\tpkgver = 1.0\n\tpkgrel = 1\n\tarch = any\n" + lines.map { "\t\($0)\n" }.joined()
            + "\npkgname = foo\n"
    }

    /// A small source directory.
    static func folder(_ info: String = info()) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.write("PKGBUILD", text: "exit 1 # never run\n")
        try folder.write(".SRCINFO", text: info)
        return folder
    }

    static func make(_ info: String) throws -> SourceManifest {
        let folder = try folder(info)
        return try withExtendedLifetime(folder) { try SourceManifest.make(directory: folder.path) }
    }

    @Test("the canonical text names base, version, packages, every file and every fetched source")
    func canonicalText() throws {
        let info = """
            pkgbase = foo
            \tpkgver = 1.0
            \tpkgrel = 2
            \tepoch = 1
            \tinstall = foo.install
            \tarch = x86_64
            \tsource = https://example.org/foo-1.0.tar.gz
            \tsource = fix.patch
            \tsource = foo::git+https://example.org/foo.git?signed#commit=\(Self.commit)
            \tsource_x86_64 = https://example.org/data
            \tsha256sums = \(Self.sha256)
            \tsha256sums = SKIP
            \tsha256sums = SKIP
            \tsha512sums_x86_64 = \(String(repeating: "c", count: 128))

            pkgname = foo-doc
            \tarch = any

            pkgname = foo
            \tdepends = 

            """
        let folder = try Self.folder(info)
        try folder.write("foo.install", text: "x")
        try folder.write("fix.patch", text: "y")
        try folder.write("keys/pgp/é.asc", text: "z")
        try folder.write(".git/HEAD", text: "ref")
        let manifest = try SourceManifest.make(directory: folder.path)
        func hex(_ text: String) -> String { SHA256.digest(of: Array(text.utf8)).hex }
        let expected = """
            reposeal-source-manifest-1
            pkgbase foo
            version 1:1.0-2
            package foo x86_64
            package foo-doc any
            file \(hex(info)) .SRCINFO
            file \(hex("exit 1 # never run\n")) PKGBUILD
            file \(hex("y")) fix.patch
            file \(hex("x")) foo.install
            file \(hex("z")) keys/pgp/é.asc
            source commit:\(Self.commit) foo::git+https://example.org/foo.git?signed#commit=\(Self.commit)
            source sha256:\(Self.sha256) https://example.org/foo-1.0.tar.gz
            source sha512:\(String(repeating: "c", count: 128)) https://example.org/data

            """
        #expect(String(decoding: manifest.bytes, as: UTF8.self) == expected)
        #expect(manifest.digest == SHA256.digest(of: manifest.bytes))
        #expect(manifest.packages.map(\.text) == ["foo", "foo-doc"])
        #expect(manifest.architectures.map(\.text) == ["x86_64"])
        #expect(manifest.architectures(of: manifest.packages[1]).map(\.text) == ["any"])
        try manifest.check(directory: folder.path)
    }

    @Test("what makepkg prints is understood")
    func makepkg() throws {
        let folder = try TemporaryDirectory()
        try folder.write("data", text: "x")
        try folder.write("a.install", text: "")
        try folder.write(
            "PKGBUILD",
            text: """
                pkgbase=hello
                pkgname=(hello-b hello-a)
                pkgver=1.2
                pkgrel=3
                pkgdesc='A   small package'
                arch=(x86_64 aarch64)
                url=https://example.org/
                license=(MIT)
                depends=('bash>=5')
                depends_x86_64=(glibc)
                source=(data)
                source_aarch64=(https://example.org/x)
                sha256sums=(SKIP)
                b2sums_aarch64=(\(String(repeating: "d", count: 128)))
                package_hello-a() { depends=(); install=a.install; }
                package_hello-b() { arch=(any); }
                """)
        try folder.write(".SRCINFO", text: Makepkg.sourceInfo(in: folder))
        let manifest = try SourceManifest.make(directory: folder.path)
        #expect(manifest.version.text == "1.2-3")
        #expect(manifest.packages.map(\.text) == ["hello-a", "hello-b"])
        #expect(manifest.architectures.map(\.text) == ["aarch64", "x86_64"])
        #expect(manifest.architectures(of: manifest.packages[1]).map(\.text) == ["any"])
        #expect(manifest.sources.map(\.pin) == ["b2:" + String(repeating: "d", count: 128)])
    }

    @Test("the demonstration's sources have manifests", arguments: ["iana-etc", "tzdata", "harbour"])
    func demonstration(name: String) throws {
        let manifest = try SourceManifest.make(directory: "\(RepositoryRoot.path)/Tests/Demo/packages/\(name)")
        #expect(manifest.pkgbase.text == name)
        #expect(manifest.sources == [])
    }

    @Test("any change of a file, its name or the set of files changes the digest and fails the check")
    func changes() throws {
        let folder = try Self.folder()
        try folder.write("foo.install", text: "post_install() { :; }\n")
        let manifest = try SourceManifest.make(directory: folder.path)
        try manifest.check(directory: folder.path)
        try folder.write("foo.install", text: "post_install() { id; }\n")
        #expect(throws: SourceManifestError.changed(path: "foo.install")) { try manifest.check(directory: folder.path) }
        try folder.write("foo.install", text: "post_install() { :; }\n")
        try folder.write("extra", text: "")
        #expect(throws: SourceManifestError.changed(path: "extra")) { try manifest.check(directory: folder.path) }
        #expect(try SourceManifest.make(directory: folder.path).digest != manifest.digest)
        try FileManager.default.moveItem(atPath: folder.path("extra"), toPath: folder.path(".git"))
        try manifest.check(directory: folder.path)
    }

    @Test(
        "a source that nothing pins is refused by name",
        arguments: [
            "https://example.org/a.tar.gz", "git+https://example.org/a.git", "git+https://example.org/a#branch=main",
            "git+https://example.org/a#tag=v1", "git+https://example.org/a#commit=0123456",
            "git+https://example.org/a#commit=\(commit.uppercased())A", "svn+https://example.org/a#revision=5",
            "git://example.org/a#commit=\(commit)&x", "hg+https://example.org/a", "lp:a", "absent.patch",
            "../outside.patch/..", "a b::https://example.org/x", "x/y::https://example.org/x", "https://example.org/",
        ])
    func unpinned(source: String) {
        let error = #expect(throws: SourceManifestError.self) {
            try Self.make(Self.info("source = \(source)", "sha256sums = SKIP"))
        }
        #expect(error?.description.hasPrefix("source \(source): expected ") == true)
    }

    @Test("weak checksums pin nothing, and a strong one must be well formed")
    func weakChecksums() {
        let lines = [
            "md5sums = \(String(repeating: "a", count: 32))", "sha1sums = \(String(repeating: "a", count: 40))",
            "sha256sums = abc", "sha256sums = \(Self.sha256.uppercased())", "b2sums = \(Self.sha256)",
        ]
        for line in lines {
            #expect(throws: SourceManifestError.self) {
                try Self.make(Self.info("source = https://example.org/a", line))
            }
        }
    }

    @Test("a fetched file in the directory pins its source, and must have the stated sha256")
    func fetchedFile() throws {
        let url = "https://example.org/a.tar.gz"
        let folder = try Self.folder(Self.info("source = \(url)", "sha256sums = SKIP"))
        try folder.write("a.tar.gz", text: "data")
        let digest = SHA256.digest(of: Array("data".utf8))
        #expect(try SourceManifest.make(directory: folder.path).sources.map(\.pin) == ["sha256:\(digest)"])
        try folder.write(".SRCINFO", text: Self.info("source = \(url)", "sha256sums = \(Self.sha256)"))
        #expect(throws: SourceManifestError.self) { try SourceManifest.make(directory: folder.path) }
    }

    @Test("a PKGBUILD that would notice being run is not run")
    func notRun() throws {
        let folder = try Self.folder()
        let trace = try TemporaryDirectory()
        try folder.write("PKGBUILD", text: "touch \(trace.path("trace"))\n")
        _ = try SourceManifest.make(directory: folder.path)
        #expect(!FileManager.default.fileExists(atPath: trace.path("trace")))
    }

    @Test("a missing .SRCINFO says how to make it")
    func missingSourceInfo() throws {
        let folder = try Self.folder()
        try FileManager.default.removeItem(atPath: folder.path(".SRCINFO"))
        let error = #expect(throws: SourceManifestError.sourceInfoMissing) {
            try SourceManifest.make(directory: folder.path)
        }
        #expect(error?.description == ".SRCINFO is missing: run `makepkg --printsrcinfo > .SRCINFO`")
    }

    @Test(
        "links, special files, empty directories and what makepkg left behind are refused",
        arguments: [
            ["ln", "-s", "PKGBUILD", "link"], ["mkfifo", "fifo"], ["mkdir", "empty"], ["mkdir", "src"],
            ["mkdir", "pkg"], ["ln", "-s", ".", "pkg"], ["rm", "PKGBUILD"], ["touch", "a\u{1b}b"],
            ["touch", "a\u{202e}b"], ["mkdir", "-p", "d/.git"], ["python3", "-c", "open(b'\\xff', 'w')"],
            ["mkdir", "-p", (1...70).map { _ in "d" }.joined(separator: "/")],
        ])
    func refusedFiles(command: [String]) throws {
        let folder = try Self.folder()
        let result = try Tool(["env", "-C", folder.path] + command).run()
        try #require(result.status == 0, "\(result.complaint)")
        #expect(throws: SourceManifestError.self) { try SourceManifest.make(directory: folder.path) }
    }

    @Test("a directory named src or pkg deeper down is a directory like others")
    func deeperNames() throws {
        let folder = try Self.folder()
        try folder.write("keys/src/a", text: "x")
        #expect(
            try SourceManifest.make(directory: folder.path).files.map(\.path) == [".SRCINFO", "PKGBUILD", "keys/src/a"])
    }
}
