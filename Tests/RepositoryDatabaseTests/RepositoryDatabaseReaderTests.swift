import ALPMTypes
import Foundation
import RepositoryDatabase
import TestSupport
import Testing

struct RepositoryDatabaseReaderTests {
    @Test("what was written is read back; a .db without its lists")
    func roundTrip() throws {
        let set = try EntrySet(Samples.realEntries())
        let files = try RepositoryDatabaseWriter.encode(set, as: .files).bytes
        #expect(try RepositoryDatabaseReader.read(files, kind: .files) == set)
        let db = try RepositoryDatabaseWriter.encode(set, as: .db).bytes
        let listless = try EntrySet(set.entries.map { RepositoryEntry(description: $0.description, files: .unknown) })
        #expect(try RepositoryDatabaseReader.read(db, kind: .db) == listless)
    }

    @Test("long paths, empty lists and the empty repository are read back", arguments: DatabaseKind.allCases)
    func corners(_ kind: DatabaseKind) throws {
        let names = [95, 96, 99, 151, 152, 220].map { String(repeating: "n", count: $0) }
        let long = try EntrySet(names.map { try Samples.entry(name: $0, paths: kind == .db ? nil : []) })
        for set in [long, EntrySet()] {
            #expect(
                try RepositoryDatabaseReader.read(RepositoryDatabaseWriter.encode(set, as: kind).bytes, kind: kind)
                    == set)
        }
    }

    @Test("a .files database is no .db")
    func wrongKind() throws {
        let bytes = try RepositoryDatabaseWriter.encode(EntrySet([Samples.entry()]), as: .files).bytes
        #expect(throws: RepositoryDatabaseError.self) { try RepositoryDatabaseReader.read(bytes, kind: .db) }
    }

    @Test("any changed byte, missing end or added byte is refused")
    func everyByteCounts() throws {
        let set = try EntrySet([Samples.entry(name: "a"), Samples.entry(name: "b", paths: nil)])
        let good = try RepositoryDatabaseWriter.encode(set, as: .files).bytes
        for position in good.indices {
            var bad = good
            for mask: UInt8 in [0x01, 0x80, 0xff] {
                bad[position] = good[position] ^ mask
                #expect(throws: RepositoryDatabaseError.self, "byte \(position), mask \(mask)") {
                    try RepositoryDatabaseReader.read(bad, kind: .files)
                }
            }
            #expect(throws: RepositoryDatabaseError.self, "cut at \(position)") {
                try RepositoryDatabaseReader.read(Array(good[..<position]), kind: .files)
            }
        }
        for addition in [[0], good] {
            #expect(throws: RepositoryDatabaseError.self) {
                try RepositoryDatabaseReader.read(good + addition, kind: .files)
            }
        }
    }

    @Test("random bytes and spliced members never read as a database")
    func noise() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let chunks = try RepositoryDatabaseWriter.encode(EntrySet(Samples.realEntries(["core"])), as: .files).chunks
        for _ in 0..<20 {
            let shuffled = chunks.shuffled(using: &random).dropLast()
            #expect(throws: RepositoryDatabaseError.self, "seed \(seed)") {
                try RepositoryDatabaseReader.read(shuffled.flatMap(\.bytes), kind: .files)
            }
            let noise = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: RepositoryDatabaseError.self, "seed \(seed)") {
                try RepositoryDatabaseReader.read(Array(chunks[0].bytes.prefix(20)) + noise, kind: .files)
            }
        }
    }

    @Test("a stock database is refused")
    func stock() throws {
        let bytes = try Data(contentsOf: URL(filePath: RepositoryRoot.fixture("arch-2019/core.db")))
        #expect(
            throws: RepositoryDatabaseError.malformed(
                field: "gzip header", expected: "that of a member with only the extra field RS")
        ) {
            try RepositoryDatabaseReader.read(Array(bytes), kind: .db)
        }
    }

    /// Rewrites a database from standard input, each member with other compression or other tar bytes.
    static let rewriting = """
        import sys, zlib, struct
        data, mode, out = sys.stdin.buffer.read(), sys.argv[1], b""
        while data:
            size, = struct.unpack("<I", data[16:20])
            names = 20 + struct.unpack("<H", data[14:16])[0] - 4
            tar = zlib.decompress(data[names:size - 8], -15)
            if mode == "mtime" and tar[0]: tar = tar[:136] + b"00000000001\\0" + tar[148:]
            if mode == "bomb": tar = tar + bytes(40 << 20)
            stream = zlib.compressobj(9 if mode == "level" else 6, zlib.DEFLATED, -15, 8)
            body = stream.compress(tar) + stream.flush()
            claimed = len(tar) if mode != "liar" else 512
            out += data[:16] + struct.pack("<I", names + len(body) + 8) + data[20:names] + body
            out += struct.pack("<II", zlib.crc32(tar), claimed)
            data = data[size:]
        sys.stdout.buffer.write(out)
        """

    static func rewritten(_ set: EntrySet, _ mode: String) throws -> [UInt8] {
        let bytes = try RepositoryDatabaseWriter.encode(set, as: .db).bytes
        return Array(try Tool("python3", "-c", rewriting, mode).run(input: Data(bytes)).output)
    }

    @Test("a database of another codec is told apart, and an auditor may accept it")
    func otherCodec() throws {
        let set = try EntrySet(
            Samples.realDescriptions("core").map {
                RepositoryEntry(description: try PackageDescription(parsing: $0), files: .unknown)
            })
        #expect(try RepositoryDatabaseReader.read(Self.rewritten(set, "same"), kind: .db) == set)
        let other = try Self.rewritten(set, "level")
        #expect(throws: RepositoryDatabaseError.compressedByAnotherCodec) {
            try RepositoryDatabaseReader.read(other, kind: .db)
        }
        #expect(try RepositoryDatabaseReader.read(other, kind: .db, acceptingOtherCodecs: true) == set)
    }

    @Test(
        "other tar bytes, a bomb and a false length are refused whatever the codec",
        arguments: [
            ("mtime", "database is not the canonical archive of its entries"),
            ("bomb", "gzip member is not at most 33636352 bytes when inflated"),
            ("liar", "zlib failed with code -5"),
        ])
    func otherContent(_ mode: String, message: String) throws {
        let bytes = try Self.rewritten(EntrySet([Samples.entry(paths: nil)]), mode)
        let error = #expect(throws: RepositoryDatabaseError.self) {
            try RepositoryDatabaseReader.read(bytes, kind: .db, acceptingOtherCodecs: true)
        }
        #expect(error?.description == message)
    }
}
