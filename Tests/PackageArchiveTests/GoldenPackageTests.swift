import ALPMTypes
import Cryptography
import Foundation
import PackageArchive
import TestSupport
import Testing

/// The nine packages under `Tests/Fixtures/golden-packages` and what its README says of them.
@Suite struct GoldenPackageTests {
    static let names = ["dup", "eq", "esc", "fn-utf8", "foo2", "nonl", "plain", "uni", "vt"]
    static let strictInfo = ["esc", "fn-utf8", "foo2"]

    static func path(_ name: String) -> String {
        RepositoryRoot.fixture("golden-packages/packages/\(name).pkg.tar.gz")
    }

    static func expected(_ name: String, _ release: String = "7.1") throws -> [UInt8] {
        try Array(
            Data(contentsOf: URL(filePath: RepositoryRoot.fixture("golden-packages/expected/\(release)/\(name)"))))
    }

    static func packageInfo(_ name: String) throws -> [UInt8] {
        try Array(Tool("bsdtar", "-xOf", path(name), ".PKGINFO").run().output)
    }

    @Test(
        "the repo-add reading gives the desc and files entries of repo-add 7.1 or 6.0.2",
        arguments: names, [(RepoAddProfile.descv2, "7.1"), (.v6_0, "6.0.2")])
    func repoAddReadingIsByteEqual(name: String, profile: (RepoAddProfile, String)) throws {
        let contents = try PackageArchive.read(Self.path(name), as: .repoAdd(profile.0))
        #expect(try contents.stockDescription() == Self.expected("\(name).desc", profile.1))
        #expect(try contents.stockFileList() == Self.expected("\(name).files", profile.1))
    }

    @Test("the strict grammar takes the .PKGINFO that both readers understand alike", arguments: strictInfo)
    func strictGrammarTakes(name: String) throws {
        let untrustedText = try Self.packageInfo(name)
        #expect(try PackageInfo(strict: untrustedText) == PackageInfo(repoAddReading: untrustedText))
    }

    @Test(
        "the strict grammar refuses every other golden .PKGINFO", arguments: names.filter { !strictInfo.contains($0) })
    func strictGrammarRefuses(name: String) throws {
        let untrustedText = try Self.packageInfo(name)
        #expect(throws: PackageArchiveError.self) { try PackageInfo(strict: untrustedText) }
    }

    @Test("the strict reading takes the one golden package whose metadata and member names are strict")
    func strictReadingTakes() throws {
        let contents = try PackageArchive.read(Self.path("foo2"))
        #expect(contents.packageInfo.version.text == "2:1.0-1")
        #expect(contents.files == ["usr/"])
    }

    @Test("the strict reading refuses every other golden package", arguments: names.filter { $0 != "foo2" })
    func strictReadingRefuses(name: String) throws {
        #expect(throws: PackageArchiveError.self) { try PackageArchive.read(Self.path(name)) }
    }

    @Test("size, digest and state are those of the whole file", arguments: names)
    func hashCoversTheFile(name: String) throws {
        let bytes = try Data(contentsOf: URL(filePath: Self.path(name)))
        let contents = try PackageArchive.read(Self.path(name), as: .repoAdd(.descv2))
        #expect(contents.size == UInt64(bytes.count))
        #expect(contents.sha256 == SHA256.digest(of: bytes))
        #expect(contents.state.length == contents.size)
        #expect(contents.state.digest() == contents.sha256)
    }
}
