import RepositoryDatabase
import TestSupport
import Testing

@testable import PackageArchive

/// Packages whose entry would make a database that its own readers refuse.
@Suite struct HostilePackageLimitTests {
    /// Members below the limit of all paths, whose list has so many bytes with its escapes.
    static func package(listLength: Int) -> TarBuilder {
        let backslashes = 4090
        let lineLength = 4 + 2 * backslashes + 1
        let rest = listLength - "%FILES%\n".utf8.count
        return HostilePackageTests.package {
            for number in 0..<(rest / lineLength) {
                $0.addPax(["path": "\(1000 + number)" + String(repeating: "\\", count: backslashes)])
                $0.add("x")
            }
            let last = rest % lineLength - 1
            $0.addPax([
                "path": String(repeating: "x", count: last % 2) + String(repeating: "\\", count: last / 2)
            ])
            $0.add("x")
        }
    }

    @Test("the longest list is taken")
    func longestList() throws {
        let tar = Self.package(listLength: Limits.fileList)
        let contents = try HostilePackageTests.read(tar.finished, as: .repoAdd(.descv2))
        #expect(contents.stockFileList().count == Limits.fileList)
    }

    @Test("a list that its escapes make too long is refused")
    func overlongList() throws {
        let tar = Self.package(listLength: Limits.fileList + 1)
        let refused = PackageArchiveError.refused(
            file: "foo.pkg.tar", expected: "members whose list has at most 32 MiB with its escapes")
        #expect(throws: refused) { try HostilePackageTests.read(tar.finished, as: .repoAdd(.descv2)) }
    }

    @Test("metadata that make a desc too long for readers are refused")
    func description() throws {
        let limit = PackageArchive.maximumDescriptionSize - 2 * PackageSignature.maximumSize
        func info(groups: Int) -> String {
            HostilePackageTests.info + String(repeating: "group = \(String(repeating: "g", count: 9999))\n", count: 100)
                + "group = \(String(repeating: "g", count: groups))\n"
        }
        func read(groups: Int) throws -> PackageContents {
            var tar = TarBuilder()
            tar.add(".PKGINFO", info(groups: groups))
            return try HostilePackageTests.read(tar.finished, as: .repoAdd(.descv2))
        }
        let missing = try limit - read(groups: 10_000).stockDescription().count
        #expect(try read(groups: 10_000 + missing).stockDescription().count == limit)
        let refused = PackageArchiveError.refused(
            file: "foo.pkg.tar", expected: "metadata that make a desc of less than 1 MiB with its signature")
        #expect(throws: refused) { try read(groups: 10_001 + missing) }
    }

    @Test("a file name of a dot and a combining mark begins with a dot")
    func dot() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(".\u{301}foo.pkg.tar", HostilePackageTests.package { _ in }.finished)
        #expect(throws: PackageArchiveError.self) { try PackageArchive.read(path) }
    }
}
