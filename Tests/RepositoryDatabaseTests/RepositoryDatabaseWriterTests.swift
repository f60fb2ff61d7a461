import ALPMTypes
import Cryptography
import Foundation
import RepositoryDatabase
import TestSupport
import Testing

struct RepositoryDatabaseWriterTests {
    @Test("stock tools read a database of real entries alike", arguments: DatabaseKind.allCases)
    func stockTools(_ kind: DatabaseKind) throws {
        let set = try EntrySet(Samples.realEntries())
        let database = try RepositoryDatabaseWriter.encode(set, as: kind)
        let data = Data(database.bytes)
        let expected = set.entries.flatMap { entry in
            let directory = entry.directoryName.text
            let hasFiles = kind == .files && entry.filesBytes != nil
            return ["\(directory)/", "\(directory)/desc"] + (hasFiles ? ["\(directory)/files"] : [])
        }
        for tool in [Tool("bsdtar", "-tzf", "-"), Tool("tar", "-tzf", "-"), Tool("python3", "-c", Self.pythonListing)] {
            let result = try tool.run(input: data)
            #expect(result.status == 0, "\(tool): \(result.complaint)")
            let isAsExpected = result.text.split(separator: "\n").map(String.init) == expected
            #expect(isAsExpected, "\(tool)")
        }
        #expect(try Tool("gzip", "-t").run(input: data).status == 0)
        let descriptions = try Tool("bsdtar", "-xOzf", "-", "*/desc").run(input: data).output
        #expect(descriptions == Data(set.entries.flatMap(\.descBytes)))
    }

    /// Lists a database from standard input and fails if any member is not of the profile.
    static let pythonListing = """
        import io, sys, tarfile
        with tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read()), mode="r:gz") as archive:
            for m in archive:
                assert (m.uid, m.gid, m.uname, m.gname, m.mtime) == (0, 0, "root", "root", 0), m
                assert (m.type, m.mode) == ((b"5", 0o755) if m.isdir() else (b"0", 0o644)), m
                print(m.name + ("/" if m.isdir() else ""))
        """

    @Test(
        "paths that no ustar header holds come through",
        arguments: [Tool("bsdtar", "-tzf", "-"), Tool("tar", "-tzf", "-")])
    func longPaths(_ tool: Tool) throws {
        let names = [95, 96, 97, 150, 151, 152, 220].map { String(repeating: "n", count: $0) }
        let set = try EntrySet(names.map { try Samples.entry(name: $0, version: "1-1") })
        let result = try tool.run(input: Data(RepositoryDatabaseWriter.encode(set, as: .files).bytes))
        #expect(result.status == 0)
        let expected = set.entries.map(\.directoryName.text).flatMap { ["\($0)/", "\($0)/desc", "\($0)/files"] }
        #expect(result.text.split(separator: "\n").map(String.init) == expected)
        #expect(result.complaint.isEmpty)
    }

    @Test("an empty repository is one member of 10240 zero bytes")
    func empty() throws {
        let database = try RepositoryDatabaseWriter.encode(EntrySet(), as: .db)
        #expect(database.chunks.map(\.tarLength) == [10240])
        let tar = try Tool("gzip", "-dc").run(input: Data(database.bytes))
        #expect(tar.output == Data(count: 10240))
    }

    @Test("each member tells its own length and its first directory name", arguments: DatabaseKind.allCases)
    func extraField(_ kind: DatabaseKind) throws {
        let database = try RepositoryDatabaseWriter.encode(EntrySet(Samples.realEntries()), as: kind)
        #expect(database.chunks.count >= 2)
        for chunk in database.chunks {
            let name = Array((chunk.firstDirectory ?? "").utf8)
            let dataLength = UInt8(4 + name.count)
            let length = (0..<4).map { UInt8(truncatingIfNeeded: chunk.bytes.count >> ($0 * 8)) }
            let header: [UInt8] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 3, dataLength + 4, 0, 0x52, 0x53, dataLength, 0]
            #expect(chunk.bytes.starts(with: header + length + name))
        }
        #expect(database.digest == SHA256.digest(of: database.bytes))
    }

    @Test("a large database is at most two per cent larger than one gzip member", arguments: DatabaseKind.allCases)
    func size(_ kind: DatabaseKind) throws {
        let real = try Samples.realDescriptions("core") + Samples.realDescriptions("multilib")
        var random = SplitMix64(seed: 15000)
        var set = EntrySet()
        for number in 0..<(kind == .db ? 1500 : 200) {
            var values = try PackageDescription(parsing: real[number % real.count]).values
            let name = "generated\(number)"
            let version = "\(Int.random(in: 1...99, using: &random)).\(Int.random(in: 1...99, using: &random))-1"
            values[.name] = [name]
            values[.version] = [version]
            values[.architecture] = ["x86_64"]
            values[.fileName] = ["\(name)-\(version)-x86_64.pkg.tar.zst"]
            values[.sha256] = [SHA256.digest(of: name.utf8).hex]
            let paths = kind == .db ? [] : (0..<250).map { _ in Samples.path(of: name, &random) }
            try set.add(
                RepositoryEntry(description: PackageDescription(untrustedValues: values), files: FileList.known(paths)))
        }
        let bytes = try RepositoryDatabaseWriter.encode(set, as: kind).bytes
        let tar = try Tool("gzip", "-dc").run(input: Data(bytes)).output
        let single = try Tool("gzip", "-6nc").run(input: tar).output.count
        #expect(bytes.count * 100 <= single * 102, "\(bytes.count) against \(single) from \(tar.count)")
    }
}
