import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct SyncDatabaseTests {
    static func read(_ tar: TarBuilder) throws -> SyncDatabase {
        let folder = try TemporaryDirectory()
        return try SyncDatabase(reading: folder.write("t.db.tar", tar.finished))
    }

    @Test(
        "the entries of Arch Linux's own databases come in byte for byte, in byte order",
        arguments: [("core", 231), ("multilib", 280), ("testing", 38)])
    func archLinux(repository: String, count: Int) throws {
        let path = RepositoryRoot.fixture("arch-2019/\(repository).db")
        let database = try SyncDatabase(reading: path)
        #expect(database.entries.count == count)
        #expect(database.entries.map { Array($0.directory.text.utf8) }.isSortedStrictly)
        let listed = try Tool("bsdtar", "-tf", path).run().text.split(separator: "\n").filter { $0.hasSuffix("/") }
        #expect(Set(database.entries.map { "\($0.directory)/" }) == Set(listed.map(String.init)))
        for entry in database.entries.prefix(20) {
            let stock = try Tool("bsdtar", "-xOf", path, "\(entry.directory)/desc").run().output
            #expect(entry.desc == Array(stock))
            #expect(database[entry.directory] == entry)
            #expect(database.entries(named: entry.directory.name) == [entry])
        }
    }

    @Test("any compression reads alike", arguments: ["gzip", "bzip2", "xz", "zstd", "lz4", "lzop", "compress", "lzip"])
    func compressions(program: String) throws {
        let plain = try Tool("gzip", "-dc", RepositoryRoot.fixture("arch-2019/testing.db")).run().output
        let packed = try Tool(program, "-c").run(input: plain)
        try #require(packed.status == 0, "\(packed.complaint)")
        let folder = try TemporaryDirectory()
        let database = try SyncDatabase(reading: folder.write("packed", packed.output))
        #expect(database.entries.count == 38)
        #expect(try database == SyncDatabase(reading: folder.write("plain", plain)))
    }

    @Test("members in any order make entries in byte order, also those of one name or of strange names")
    func order() throws {
        var tar = TarBuilder()
        for path in ["é-1-1/files", "b-2-1/desc", "a-1~-1/desc", "é-1-1/desc", "b-1-1/desc", "a-1~-1/files"] {
            tar.add(path, path)
        }
        let database = try Self.read(tar)
        #expect(database.entries.map(\.directory.text) == ["a-1~-1", "b-1-1", "b-2-1", "é-1-1"])
        #expect(database.entries.map { $0.files == nil } == [false, true, true, false])
        #expect(database.entries(named: "b").map(\.directory.version) == ["1-1", "2-1"])
        #expect(database[try EntryName(parsing: "b-3-1")] == nil)
    }

    @Test("two spellings of one accented letter are two names")
    func spellings() throws {
        let names = try ["e\u{301}-1-1", "\u{e9}-1-1"].map { try EntryName(parsing: $0) }
        #expect(names[0] != names[1])
        #expect(names[0] < names[1])
        #expect(Set(names).count == 2)
    }

    @Test(
        "a depends file becomes the end of desc",
        arguments: ["%NAME%\nfoo\n\n", "%NAME%\nfoo\n", "%NAME%\nfoo"])
    func depends(desc: String) throws {
        var tar = TarBuilder()
        tar.add("foo-1-1/depends", "%DEPENDS%\na\nb\n\n")
        tar.add("foo-1-1/desc", desc)
        let entry = try #require(try Self.read(tar).entries.first)
        #expect(entry.desc == Array("%NAME%\nfoo\n\n%DEPENDS%\na\nb\n\n".utf8))
        #expect(entry.fields[.depends] == ["a", "b"])
    }

    @Test("an empty file and an empty archive are empty databases")
    func empty() throws {
        let folder = try TemporaryDirectory()
        #expect(try SyncDatabase(reading: folder.write("e", [])).entries.isEmpty)
        #expect(try Self.read(TarBuilder()).entries.isEmpty)
    }

    @Test(
        "what is no entry is an error that names it",
        arguments: [
            (["foo-1-1/desc", "foo-1-1/a\u{1b}b"], "foo-1-1/a\u{fffd}b"), (["foo-1-1/desc", "x/y/desc"], "x/y/desc"),
            (["README"], "README"), (["foo/desc"], "foo"), (["foo-1-1/files"], "foo-1-1"),
            (["../x-1-1/desc"], "../x-1-1/desc"),
            (["foo-1-1/desc", "foo-1-1/desc"], "a second foo-1-1/desc"), (["/etc/desc"], "/etc/desc"),
        ])
    func noEntry(paths: [String], named: String) throws {
        var tar = TarBuilder()
        for path in paths { tar.add(path, "") }
        #expect(throws: SyncDatabaseError.notRepository(file: "t.db.tar", member: named)) { try Self.read(tar) }
    }

    @Test("what is no archive, is cut short or is not there is an error that names the file")
    func unreadable() throws {
        let folder = try TemporaryDirectory()
        let core = try Data(contentsOf: URL(filePath: RepositoryRoot.fixture("arch-2019/core.db")))
        try folder.write("cut.db", core.prefix(core.count / 2))
        try folder.write("text.db", text: "hello\n")
        for name in ["cut.db", "text.db", "absent.db"] {
            let error = #expect(throws: SyncDatabaseError.self) { try SyncDatabase(reading: folder.path(name)) }
            #expect(error?.description.hasPrefix("\(name): not a readable database: ") == true)
        }
    }

    @Test("two entries of one directory make no database")
    func twice() throws {
        let entry = SyncEntry(directory: try EntryName(parsing: "a-1-1"), desc: [], files: nil)
        #expect(throws: SyncDatabaseError.entryTwice(entry.directory)) { try SyncDatabase([entry, entry]) }
    }
}

extension [[UInt8]] {
    /// Whether each comes after the one before it.
    fileprivate var isSortedStrictly: Bool { zip(self, dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) } }
}
