import Foundation
import TestSupport
import Testing

@testable import PackageArchive

/// Archives that no makepkg writes; each must end in an error, never in a crash.
@Suite struct HostilePackageTests {
    static let info = "pkgname = foo\npkgver = 1-1\n"

    /// A package that begins like a good one.
    static func package(_ change: (inout TarBuilder) -> Void) -> TarBuilder {
        var tar = TarBuilder()
        tar.add(".PKGINFO", info)
        change(&tar)
        return tar
    }

    static func read(_ bytes: [UInt8], as reading: PackageReading = .strict) throws -> PackageContents {
        let directory = try TemporaryDirectory()
        return try PackageArchive.read(directory.write("foo.pkg.tar", bytes), as: reading)
    }

    @Test("a package of files, directories and links is read")
    func good() throws {
        let tar = Self.package {
            $0.add(".MTREE", "x")
            $0.add("usr/", flag: "5")
            $0.add("usr/é", "data")
            $0.add("usr/link", flag: "2", target: "é")
            $0.add("usr/hard", flag: "1", target: "usr/é")
            $0.addPax(["path": "usr/pax", "mtime": "1.5", "SCHILY.xattr.user.a": "b"])
            $0.add("short", "data")
        }
        #expect(try Self.read(tar.finished).files == ["usr/", "usr/hard", "usr/link", "usr/pax", "usr/é"])
    }

    @Test(
        "a member of another type than file, directory and link is refused",
        arguments: ["\u{0}", "3", "4", "6", "7", "S", "L", "K", "D", "M", "V", "g", "A", "X", "9"] as [Character])
    func typeFlag(flag: Character) {
        let tar = Self.package { $0.add("usr", flag: flag) }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test(
        "a member path that is not plain, or that another reader would understand, is refused",
        arguments: [
            "/abs", "./usr", "usr//x", "usr/./x", "usr/../x", "..", "../x", "usr/..", "a\nb", "a\u{7f}", "a\u{85}",
            "file/", ".hidden", ".d/x", ".SRCINFO", ".PKGINFO/x", "foo-1-1/desc", "foo-1-1/files", "foo-1-1/depends",
            "usr/desc", ".PKGINFO",
        ])
    func path(path: String) {
        let tar = Self.package { $0.add(path, "x") }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test("paths that only look like those of a database are kept", arguments: ["usr/share/desc", "desc", "a/desc2"])
    func harmlessPath(path: String) throws {
        #expect(try Self.read(Self.package { $0.add(path, "x") }.finished).files == [path])
    }

    @Test("a path that is not UTF-8 is refused")
    func pathNotUTF8() {
        let tar = Self.package { $0.add([0x61, 0xff]) }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test(
        "metadata must be a regular file", arguments: [("5", ""), ("2", "x"), ("1", "usr/x")] as [(Character, String)])
    func metadataKind(flag: Character, target: String) {
        var tar = TarBuilder()
        tar.add("usr/x", Self.info)
        tar.add(".PKGINFO", flag: flag, target: target)
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test(
        "a package without .PKGINFO is refused in both readings", arguments: [PackageReading.strict, .repoAdd(.descv2)])
    func noPackageInfo(reading: PackageReading) {
        var tar = TarBuilder()
        tar.add("usr/x", "x")
        let error = #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished, as: reading) }
        #expect(error?.description == "foo.pkg.tar: .PKGINFO: expected one such member")
    }

    @Test("metadata that libalpm would not find is none, although stock repo-add takes it")
    func otherName() {
        var tar = TarBuilder()
        tar.add("./.PKGINFO", Self.info)
        let expected = PackageArchiveError.member(
            file: "foo.pkg.tar", member: ".PKGINFO", line: nil, expected: "one such member")
        #expect(throws: expected) { try Self.read(tar.finished, as: .repoAdd(.descv2)) }
    }

    @Test("a hard link must point to an earlier member")
    func hardLink() {
        for target in ["later", "/etc/passwd", "../x"] {
            let tar = Self.package { $0.add("link", flag: "1", target: target) }
            #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
        }
    }

    @Test("a link or directory that carries data is refused", arguments: ["1", "2", "5"] as [Character])
    func linkWithData(flag: Character) {
        let tar = Self.package {
            $0.add("a", "x")
            $0.add((flag == "5" ? "d/" : "d").utf8, data: [1], flag: flag, target: "a")
        }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test(
        "a pax header that changes what a member is, or that readers could take differently, is refused",
        arguments: ["GNU.sparse.major", "GNU.sparse.name", "SCHILY.realsize", "hdrcharset", "SCHILY.filetype", "odd"])
    func paxKey(key: String) {
        let tar = Self.package {
            $0.addPax([key: "1"])
            $0.add("usr", "x")
        }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test("a repeated pax key and a pax header without a member are refused")
    func paxRepeated() {
        let repeated = Self.package {
            $0.addPax(["path": "a", "path": "b"])
            $0.add("usr", "x")
        }
        let doubled = Self.package {
            $0.addPax(["path": "a"])
            $0.addPax(["path": "b"])
            $0.add("usr", "x")
        }
        let alone = Self.package { $0.addPax(["path": "a"]) }
        for tar in [repeated, doubled, alone] {
            #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
        }
    }

    @Test("a pax size replaces the one of the ustar header for both tar readers")
    func paxSize() throws {
        let tar = Self.package {
            $0.addPax(["size": "1024"])
            $0.add("a".utf8, data: [UInt8](repeating: 1, count: 1024), size: 0)
            $0.add("b", "x")
        }
        #expect(try Self.read(tar.finished).files == ["a", "b"])
    }

    @Test("GNU tar's own header form is refused")
    func gnuMagic() {
        let tar = Self.package { $0.add("usr".utf8, magic: "ustar  \u{0}") }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test("what follows the end of the tar must be padding, and the end must be there")
    func afterTheEnd() throws {
        let tar = Self.package { $0.add("a", "x") }
        let zeros = [UInt8](repeating: 0, count: 9 * 1024)
        #expect(try Self.read(tar.finished + zeros).files == ["a"])
        for bytes in [tar.finished + tar.finished, tar.finished + zeros + [1], tar.bytes, tar.finished + [0]] {
            #expect(throws: PackageArchiveError.self) { try Self.read(bytes) }
        }
        #expect(throws: PackageArchiveError.self) {
            try Self.read(tar.finished + [UInt8](repeating: 0, count: 3 << 20))
        }
    }

    @Test("what follows the compressed archive is hashed, and refused by the strict reading")
    func afterTheCompressedArchive() throws {
        let golden = GoldenPackageTests.path("foo2")
        let bytes = try Array(Data(contentsOf: URL(filePath: golden))) + Array("trailing".utf8)
        #expect(try Self.read(bytes, as: .repoAdd(.descv2)).size == UInt64(bytes.count))
        #expect(throws: PackageArchiveError.self) { try Self.read(bytes) }
    }

    @Test("metadata over 16 MiB is refused", arguments: [".PKGINFO", ".BUILDINFO"])
    func metadataSize(name: String) throws {
        var tar = TarBuilder()
        tar.add(name.utf8, data: [UInt8](repeating: 0x23, count: PackageArchive.maximumMetadataSize + 1))
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test("a path over 4096 bytes is refused")
    func pathLength() {
        let tar = Self.package {
            $0.addPax(["path": String(repeating: "a/", count: 2048) + "a"])
            $0.add("usr", "x")
        }
        #expect(throws: PackageArchiveError.self) { try Self.read(tar.finished) }
    }

    @Test("more than 32 MiB of paths are refused")
    func pathBytes() throws {
        var long = TarBuilder()
        long.addPax(["path": String(repeating: "a", count: MemberName.maximumLength)])
        long.add("usr", "x")
        let directory = try TemporaryDirectory()
        var tar: [UInt8] = []
        for _ in 0..<8192 { tar += long.bytes }
        let path = try directory.write("a.pkg.tar", tar)
        let expected = PackageArchiveError.refused(
            file: "a.pkg.tar", expected: "at most 1048576 members and 32 MiB of paths")
        #expect(throws: expected) { try PackageArchive.read(path, as: .repoAdd(.descv2)) }
    }

    @Test("what is no regular file, no archive or not there is an error")
    func noArchive() throws {
        let directory = try TemporaryDirectory()
        try directory.write("empty.pkg.tar", [])
        try directory.write("text.pkg.tar", text: "hello\n")
        try directory.write("short.pkg.tar", Self.package { _ in }.bytes.dropLast(600))
        #expect(try Tool("mkfifo", directory.path + "/fifo.pkg.tar").run().status == 0)
        for name in ["empty", "text", "short", "fifo", "absent"] {
            #expect(throws: PackageArchiveError.self) { try PackageArchive.read("\(directory.path)/\(name).pkg.tar") }
        }
        #expect(throws: PackageArchiveError.self) { try PackageArchive.read(directory.path) }
    }

    @Test(
        "a file name that a database cannot name is refused",
        arguments: [".foo.pkg.tar", "a\nb.pkg.tar", "a\u{7f}.pkg.tar", "a\t.pkg.tar"])
    func fileName(name: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(name, Self.package { _ in }.finished)
        for reading in [PackageReading.strict, .repoAdd(.descv2)] {
            #expect(throws: PackageArchiveError.self) { try PackageArchive.read(path, as: reading) }
        }
    }

    @Test("a package compressed twice is refused")
    func compressedTwice() throws {
        let bytes = try Data(contentsOf: URL(filePath: GoldenPackageTests.path("foo2")))
        let twice = try Tool("gzip", "-c").run(input: bytes).output
        #expect(throws: PackageArchiveError.self) { try Self.read(Array(twice)) }
    }

    @Test("damage anywhere in a package ends in an error or in an honest hash", arguments: 0..<40 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var tar = Self.package {
            $0.addPax(["path": "usr/pax", "mtime": "1.5"])
            $0.add("short", "data")
            $0.add("usr/link", flag: "2", target: "x")
        }.finished
        let directory = try TemporaryDirectory()
        for _ in 0..<8 { tar[Int.random(in: 0..<3584, using: &random)] = UInt8.random(in: 0...255, using: &random) }
        if Bool.random(using: &random) { tar.removeLast(Int.random(in: 0..<tar.count, using: &random)) }
        let path = try directory.write("a.pkg.tar", tar)
        for reading in [PackageReading.strict, .repoAdd(.descv2)] {
            do {
                let contents = try PackageArchive.read(path, as: reading)
                #expect(contents.size == UInt64(tar.count), "seed \(seed)")
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed)")
            }
        }
    }
}
