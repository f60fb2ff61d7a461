import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct DatabaseFileTests {
    @Test(
        "a stock database is read whole, and its successor is canonical with the same entries",
        arguments: ["gz", "zst"])
    func stock(_ suffix: String) async throws {
        let folder = try TemporaryDirectory()
        let core = RepositoryRoot.fixture("arch-2019/core.db")
        let tar = try Tool("gzip", "-dc", core).run().output
        let path = try folder.write("core.db", Tool(suffix == "gz" ? "gzip" : "zstd", "-c").run(input: tar).output)
        let stock = try DatabaseFile(opening: path, as: .db)
        #expect(!stock.isCanonical)
        let bash = try #require(try await stock.entries(named: ["bash"]).first)
        try await stock.update(removing: [bash.directory], compression: .gzip, to: folder.path("less"))
        let less = try DatabaseFile(opening: folder.path("less"), as: .db)
        #expect(less.isCanonical)
        #expect(try await less.entries(named: ["bash"]) == [])
        try await less.update(adding: [bash], compression: .gzip, to: folder.path("again"))
        #expect(try SyncDatabase(reading: folder.path("again")) == SyncDatabase(reading: core))
        let encoded = try await Samples.encoded(SyncDatabase(reading: core).entries, as: .db)
        #expect(try Data(contentsOf: URL(filePath: folder.path("again"))) == encoded)
        var all: [SyncEntry] = []
        try less.forEachEntry { all.append($0) }
        #expect(try SyncDatabase(reading: folder.path("less")).entries == all)
    }

    @Test("every compression holds the one canonical archive", arguments: Compression.allCases)
    func compressions(_ compression: Compression) async throws {
        let entries = try ["b", "a", "c"].map { try Samples.entry("\($0)-1-1", files: "%FILES%\n\($0)\n") }
        let folder = try TemporaryDirectory()
        let plain = try await Samples.encoded(entries, as: .files, compression: .uncompressed)
        let gzip = try folder.write("x.gz", await Samples.encoded(entries, as: .files))
        #expect(try Tool("gzip", "-dc", gzip).run().output == plain)
        // From nothing, and from each form of what was there before.
        let source = try folder.write(
            "old", await Samples.encoded(Array(entries[..<2]), as: .files, compression: compression))
        for (number, file) in try [
            DatabaseFile(opening: gzip, as: .files), DatabaseFile(opening: source, as: .files),
        ].enumerated() {
            let path = folder.path("new\(number)")
            try await file.update(adding: [entries[2]], compression: compression, to: path)
            #expect(try SyncDatabase(reading: path).entries == SyncDatabase(entries).entries)
            let again = try DatabaseFile(opening: path, as: .files)
            #expect(again.isCanonical == (compression == .gzip))
            try await again.update(compression: .uncompressed, to: folder.path("plain\(number)"))
            #expect(try Data(contentsOf: URL(filePath: folder.path("plain\(number)"))) == plain)
        }
    }

    @Test("the environment's program takes the place of the usual one")
    func otherProgram() async throws {
        let folder = try TemporaryDirectory()
        try await DatabaseFile(emptyOf: .db).update(
            compression: .gzip, environment: ["COMPRESSGZ": "cat"], to: folder.path("x"))
        #expect(try Data(contentsOf: URL(filePath: folder.path("x"))) == Data(count: 10240))
    }

    @Test("a program that is not there, or fails, is an error; without the program nothing is written")
    func failingProgram() async throws {
        let folder = try TemporaryDirectory()
        let absent = SyncDatabaseError.compressor(program: "no-such-program", reason: "it is not installed")
        await #expect(throws: absent) {
            try await DatabaseFile(emptyOf: .db).update(
                compression: .xz, environment: ["COMPRESSXZ": "no-such-program"], to: folder.path("x"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        let failed = SyncDatabaseError.compressor(program: "false", reason: "it ended with status 1")
        await #expect(throws: failed) {
            try await DatabaseFile(emptyOf: .db).update(
                compression: .xz, environment: ["COMPRESSXZ": "false"], to: folder.path("x"))
        }
    }

    @Test("a file that is there already is not written over")
    func existing() async throws {
        let folder = try TemporaryDirectory()
        try folder.write("x", text: "precious")
        await #expect(throws: SyncDatabaseError.self) {
            try await DatabaseFile(emptyOf: .db).update(compression: .gzip, to: folder.path("x"))
        }
        #expect(try String(contentsOfFile: folder.path("x"), encoding: .utf8) == "precious")
    }

    @Test("two entries to add in one directory are refused, and a directory to remove may be absent")
    func changes() async throws {
        let folder = try TemporaryDirectory()
        let entry = try Samples.entry("a-1-1")
        await #expect(throws: SyncDatabaseError.entryTwice(entry.directory)) {
            try await DatabaseFile(emptyOf: .db).update(
                adding: [entry, entry], compression: .gzip, to: folder.path("x"))
        }
        try await DatabaseFile(emptyOf: .db).update(
            removing: [entry.directory], compression: .gzip, to: folder.path("y"))
        #expect(try DatabaseFile(opening: folder.path("y"), as: .db).isEmpty)
    }

    @Test("an empty file is an empty database; a directory and a FIFO are none")
    func oddFiles() throws {
        let folder = try TemporaryDirectory()
        #expect(try DatabaseFile(opening: folder.write("empty", []), as: .db).isEmpty)
        _ = try Tool("mkfifo", folder.path("fifo")).run()
        for name in ["fifo", "."] {
            #expect(throws: SyncDatabaseError.unreadable(file: name, reason: "it is no regular file")) {
                try DatabaseFile(opening: folder.path(name), as: .db)
            }
        }
    }
}
