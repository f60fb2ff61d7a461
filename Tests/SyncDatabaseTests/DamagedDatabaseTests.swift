import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct DamagedDatabaseTests {
    /// A database of a dozen chunks or more.
    static func database() async throws -> Data {
        let names = Samples.names(beginning: 12, others: 12, in: .files)
        return try await Samples.encoded(
            names.map { try Samples.entry("\($0)-1-1", desc: "%NAME%\n\($0)\n", files: "%FILES%\n\($0)\n") }, as: .files
        )
    }

    static func isDamaged(_ error: (any Error)?) -> Bool {
        if case .damaged(file: "x", reason: _)? = error as? SyncDatabaseError { true } else { false }
    }

    @Test("a database that was cut short, or to which something was added, is damaged")
    func cut() async throws {
        let good = try await Self.database()
        let folder = try TemporaryDirectory()
        for length in stride(from: 300, to: good.count, by: 37) {
            let error = #expect(throws: SyncDatabaseError.self, "cut at \(length)") {
                try DatabaseFile(opening: folder.write("x", good.prefix(length)), as: .files)
            }
            #expect(Self.isDamaged(error), "cut at \(length)")
        }
        for addition in [Data([0]), good] {
            let error = #expect(throws: SyncDatabaseError.self) {
                try DatabaseFile(opening: folder.write("x", good + addition), as: .files)
            }
            #expect(Self.isDamaged(error))
        }
    }

    @Test("chunks in another order, or one left out with a hole in the archive, are damage")
    func order() async throws {
        let folder = try TemporaryDirectory()
        let good = try await Self.database()
        let path = try folder.write("x", good)
        guard case .chunked(let file) = try DatabaseFile(opening: path, as: .files).content else {
            throw TestSupportError("not canonical")
        }
        let places = file.chunks.map(\.place)
        try #require(places.count >= 10)
        let end = good[(places.last?.upperBound ?? 0)...]
        for changed in [
            places.reversed(), places.filter { $0 != places[3] }, places + [places[2]], [places[1], places[0]],
        ] {
            let bytes = changed.map { good[$0] }.reduce(Data(), +) + end
            let error = #expect(throws: SyncDatabaseError.self) {
                try DatabaseFile(opening: folder.write("x", bytes), as: .files)
            }
            #expect(Self.isDamaged(error))
        }
    }

    @Test("a database with chunks for the other kind is damaged")
    func otherKind() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("x", await Self.database())
        #expect(Self.isDamaged(#expect(throws: SyncDatabaseError.self) { try DatabaseFile(opening: path, as: .db) }))
    }

    @Test("a last member with anything but the zero bytes of the end is damage")
    func hiddenEntry() async throws {
        let folder = try TemporaryDirectory()
        let good = try await Samples.encoded([Samples.entry("a-1-1")], as: .db)
        guard case .chunked(let file) = try DatabaseFile(opening: folder.write("x", good), as: .db).content else {
            throw TestSupportError("not canonical")
        }
        let chunks = good.prefix(file.chunks.reduce(0) { $0 + $1.place.count })
        let archiveLength = file.chunks.reduce(0) { $0 + $1.tarLength }
        let zeros = [UInt8](repeating: 0, count: ChunkRule.endLength(afterArchive: archiveLength))
        let end = try GzipMember.encode(zeros, first: nil)
        #expect(chunks + end == good)
        let evil = try Samples.entry("evil-1-1").archived.tar(in: .db)
        let hidden = try GzipMember.encode(evil + zeros.dropFirst(evil.count), first: nil)
        let oneBit = try GzipMember.encode(zeros.dropLast() + [1], first: nil)
        let badChecksum = end.dropLast(8) + [end[end.count - 8] ^ 1] + end.suffix(7)
        for member in [hidden, oneBit, Array(badChecksum)] {
            let path = try folder.write("x", chunks + member)
            #expect(
                Self.isDamaged(#expect(throws: SyncDatabaseError.self) { try DatabaseFile(opening: path, as: .db) }))
        }
    }

    @Test("damage to a chunk that an update opens is an error, and mutations never trap")
    func mutations() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let good = Array(try await Self.database())
        let folder = try TemporaryDirectory()
        for round in 0..<300 {
            let path = try folder.write("x", Mutation.mutated(good, using: &random))
            guard let file = try? DatabaseFile(opening: path, as: .files) else { continue }
            var directories: [EntryName] = []
            do { try file.forEachEntry { directories.append($0.directory) } } catch { continue }
            // What could be read whole can be written whole, and reads as the same.
            let again = folder.path("again\(round)")
            try await file.update(compression: .uncompressed, to: again)
            #expect(try SyncDatabase(reading: again).entries.map(\.directory) == directories, "seed \(seed)")
        }
    }
}
