import ALPMTypes
import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct UpdateHistoryTests {
    /// Strict entries in two versions of each name; some lists are so long that the limit of a chunk cuts, whatever the
    /// seed: two neighbours that begin no chunk of themselves do not fit one.
    static func pool(for kind: DatabaseKind, using random: inout SplitMix64) throws -> [[RepositoryEntry]] {
        let neighbours = try #require(Samples.neighbours(amongNames: 8, others: 24, in: kind))
        return try Samples.names(beginning: 8, others: 24, in: kind).enumerated().map { index, name in
            let isLongest = neighbours.contains(name)
            let lengths = isLongest ? 2_500_000...2_500_000 : 800_000...2_500_000
            return try ["1-1", "2.0-1"].map { version in
                let isLong = isLongest || index % 3 == 0
                let length = isLong ? Int.random(in: lengths, using: &random) : 100 * index
                let isUnknown = index % 5 == 1 && version == "1-1" && !isLongest
                let list = isUnknown ? nil : Samples.list(bytes: length)
                return try Samples.strict(name: name, version: version, files: list)
            }
        }
    }

    @Test(
        "random histories give the bytes that the enclave's writer makes of the entries at their end",
        arguments: DatabaseKind.allCases)
    func strictHistories(_ kind: DatabaseKind) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let pool = try Self.pool(for: kind, using: &random)
        let folder = try TemporaryDirectory()
        var (file, set) = (DatabaseFile(emptyOf: kind), EntrySet())
        var chunksBegunByTheLimit = 0
        for step in 0..<25 {
            var (removed, added): ([EntryName], [SyncEntry]) = ([], [])
            let count = step == 0 ? pool.count : Int.random(in: 1...8, using: &random)
            for versions in pool.shuffled(using: &random).prefix(count) {
                guard let entry = versions.randomElement(using: &random) else { continue }
                let old = set.remove(entry.name)
                if let old { removed.append(EntryName(old.directoryName)) }
                if old != nil, Bool.random(using: &random) { continue }
                set.replace(with: entry)
                added.append(SyncEntry(entry))
            }
            let path = folder.path("\(step)")
            try await file.update(
                removing: removed.shuffled(using: &random), adding: added.shuffled(using: &random), compression: .gzip,
                to: path)
            let expected = try RepositoryDatabaseWriter.encode(set, as: kind)
            let isEqual = try Array(Data(contentsOf: URL(filePath: path))) == expected.bytes
            try #require(isEqual, "seed \(seed), step \(step), \(expected.chunks.count) chunks")
            chunksBegunByTheLimit += expected.chunks.dropFirst().count { chunk in
                chunk.firstDirectory.map { !ChunkRule.begins(atDirectory: $0, in: kind) } ?? false
            }
            file = try DatabaseFile(opening: path, as: kind)
            #expect(file.isCanonical)
            #expect(file.isEmpty == set.isEmpty)
        }
        #expect(kind == .db || chunksBegunByTheLimit > 0, "seed \(seed)")
    }

    @Test(
        "random histories of entries as stock tools write them give the bytes of one that starts with the last entries",
        arguments: DatabaseKind.allCases)
    func tolerantHistories(_ kind: DatabaseKind) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let long = String(repeating: "l", count: 120)
        let names =
            Samples.names(beginning: 15, others: 15, in: kind) + ["é", "fo o", "a+b", long, "\(long)é", "-x", "n-1"]
        let folder = try TemporaryDirectory()
        var (file, entries): (DatabaseFile, [EntryName: SyncEntry]) = (DatabaseFile(emptyOf: kind), [:])
        for step in 0..<40 {
            var added: [EntryName: SyncEntry] = [:]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let name = names[Int.random(in: 0..<names.count, using: &random)]
                let entry = try Samples.entry(
                    "\(name)-\(Int.random(in: 1...3, using: &random))-1", desc: "step \(step)",
                    files: Bool.random(using: &random) ? "%FILES%\n\(step)\n" : nil)
                added[entry.directory] = entry
            }
            let removed = entries.keys.sorted().filter { _ in Int.random(in: 0..<8, using: &random) == 0 }
            for directory in removed { entries[directory] = nil }
            entries.merge(added) { $1 }
            let path = folder.path("\(step)")
            try await file.update(removing: removed, adding: added.values, compression: .gzip, to: path)
            let isEqual =
                try await Data(contentsOf: URL(filePath: path)) == Samples.encoded(Array(entries.values), as: kind)
            try #require(isEqual, "seed \(seed), step \(step)")
            file = try DatabaseFile(opening: path, as: kind)
            let name = names[Int.random(in: 0..<names.count, using: &random)]
            let found = try await file.entries(named: [name, "absent"]).map(\.directory)
            #expect(found == entries.keys.filter { $0.name == name }.sorted(), "seed \(seed), step \(step)")
        }
        let read = try SyncDatabase(reading: folder.path("39")).entries
        let expected = entries.values.sorted { $0.directory < $1.directory }
        #expect(read.map(\.directory) == expected.map(\.directory))
        #expect(read.map(\.desc) == expected.map(\.desc))
    }

}
