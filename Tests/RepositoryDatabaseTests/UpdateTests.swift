import ALPMTypes
import Cryptography
import RepositoryDatabase
import TestSupport
import Testing

@Suite("Updates of databases that were made before (H15)")
struct UpdateTests {
    /// Strict entries in two versions of each name; some lists are so long that the limit of a chunk cuts, whatever the
    /// seed: two neighbours that begin no chunk of themselves do not fit one.
    private static func pool(
        for kind: DatabaseKind, using random: inout SplitMix64
    ) throws -> [[RepositoryEntry]] {
        let neighbours = try #require(Samples.neighbours(amongNames: 8, others: 24, in: kind))
        return try Samples.names(beginning: 8, others: 24, in: kind).enumerated().map { index, name in
            let isLongest = neighbours.contains(name)
            let range = isLongest ? 312...312 : index % 3 == 0 ? 100...312 : 0...2
            let paths = range.randomElement(using: &random) ?? 0
            let list = (0..<paths).map { "usr/\(1000 + $0)" + String(repeating: "x", count: 7980) }
            return [
                try Samples.entry(name: name, version: "1-1", paths: index % 5 == 1 && !isLongest ? nil : list),
                try Samples.entry(name: name, version: "2.0-1", paths: list),
            ]
        }
    }

    /// Changes a set at random and returns what went and what came.
    private static func change(
        _ set: inout EntrySet, count: Int, from pool: [[RepositoryEntry]], using random: inout SplitMix64
    ) -> (removed: [DirectoryName], added: [RepositoryEntry]) {
        var (removed, added): ([DirectoryName], [RepositoryEntry]) = ([], [])
        for index in pool.indices.shuffled(using: &random).prefix(count) {
            let entry = pool[index][Int.random(in: 0...1, using: &random)]
            let old = set.remove(entry.name)
            if let old { removed.append(old.directoryName) }
            if old != nil, Bool.random(using: &random) { continue }
            set.replace(with: entry)
            added.append(entry)
        }
        return (removed, added)
    }

    /// The database of these entries as it comes out of a ledger.
    private static func stored(_ database: EncodedDatabase) throws -> EncodedDatabase {
        try EncodedDatabase(
            untrustedMembers: database.chunks.map(\.bytes), kind: database.kind, digest: database.digest)
    }

    @Test(
        "whatever the history, an updated database is the one that is made of all entries at once",
        arguments: DatabaseKind.allCases)
    func histories(_ kind: DatabaseKind) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let pool = try Self.pool(for: kind, using: &random)
        var set = EntrySet()
        var (database, listing) = (try RepositoryDatabaseWriter.encode(set, as: kind), EntryListing(set))
        var begunByTheLimit = 0
        for step in 0..<25 {
            let count = step == 0 ? pool.count : Int.random(in: 1...(step % 10 == 0 ? 32 : 4), using: &random)
            let change = Self.change(&set, count: count, from: pool, using: &random)
            database = try Self.stored(database).updated(removing: change.removed, adding: change.added)
            listing = listing.updated(removing: change.removed, adding: change.added)
            let expected = try RepositoryDatabaseWriter.encode(set, as: kind)
            let isEqual = database == expected
            try #require(isEqual, "seed \(seed), step \(step), \(expected.chunks.count) chunks")
            try #require(listing.digest == set.digest && listing.count == set.count, "seed \(seed), step \(step)")
            begunByTheLimit += expected.chunks.dropFirst().count { chunk in
                chunk.firstDirectory.map { !ChunkRule.begins(atDirectory: $0, in: kind) } ?? false
            }
        }
        #expect(database.digest == SHA256.digest(of: database.bytes))
        #expect(kind == .db || begunByTheLimit > 0, "seed \(seed)")
    }

    @Test("an update opens the chunks that it can reach and no other")
    func unopened() throws {
        let kind = DatabaseKind.files
        var set = try EntrySet(Samples.realEntries())
        let before = try RepositoryDatabaseWriter.encode(set, as: kind)
        let name = try PackageName(parsing: "bash")
        let old = try #require(set[name])
        let new = try Samples.entry(name: "bash", version: "99-1")
        set.replace(with: new)
        let after = try before.updated(removing: [old.directoryName], adding: [new])
        #expect(after == (try RepositoryDatabaseWriter.encode(set, as: kind)))
        // Without those that were opened, all that is left of the members before is no gzip data any more.
        let touched = Set(before.chunks).subtracting(after.chunks)
        #expect(before.chunks.count > 3 && touched.count <= 3, "\(touched.count)")
        let members = before.chunks.map {
            touched.contains($0) ? $0.bytes : Self.padded($0.bytes, to: $0.bytes.count + 9)
        }
        let unreadable = try EncodedDatabase(untrustedMembers: members, kind: kind, digest: Self.digest(of: members))
        let copied = try unreadable.updated(removing: [old.directoryName], adding: [new])
        #expect(copied.chunks.dropLast().map(\.firstDirectory) == after.chunks.dropLast().map(\.firstDirectory))
    }

    /// A member with zeros in it, up to a length that its header states.
    private static func padded(_ member: [UInt8], to length: Int) -> [UInt8] {
        var padded = Array(member.dropLast(8)) + [UInt8](repeating: 0, count: length - member.count) + member.suffix(8)
        for byte in 0..<4 { padded[16 + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
        return padded
    }

    private static func digest(of members: [[UInt8]]) -> SHA256Digest { SHA256.digest(of: members.flatMap(\.self)) }

    /// What somebody can do to stored members without another digest of them all.
    enum Fault: CaseIterable {
        case changedByte, exchanged, lost, twice, endLost, joined, split, empty, none

        func applied(to members: [[UInt8]]) -> [[UInt8]] {
            var members = members
            switch self {
            case .changedByte: members[1][members[1].count / 2] ^= 1
            case .exchanged: members.swapAt(0, 1)
            case .lost: members.remove(at: 1)
            case .twice: members.insert(members[0], at: 0)
            case .endLost: members.removeLast()
            case .joined: members[0..<2] = [members[0] + members[1]]
            case .split: members[0..<1] = [Array(members[0].prefix(40)), Array(members[0].dropFirst(40))]
            case .empty: members.insert([], at: 1)
            case .none: members = []
            }
            return members
        }
    }

    @Test("members that are not those of the digest, one by one and in order, are refused", arguments: Fault.allCases)
    func tampered(_ fault: Fault) throws {
        let database = try RepositoryDatabaseWriter.encode(EntrySet(Samples.realEntries()), as: .files)
        let members = fault.applied(to: database.chunks.map(\.bytes))
        #expect(throws: RepositoryDatabaseError.self) {
            try EncodedDatabase(untrustedMembers: members, kind: .files, digest: database.digest)
        }
    }

    @Test(
        "members whose digest was fitted are refused unless they have the form of a database",
        arguments: [
            Fault.endLost, .joined, .split, .empty, .none,
        ])
    func tamperedWithDigest(_ fault: Fault) throws {
        let database = try RepositoryDatabaseWriter.encode(EntrySet(Samples.realEntries()), as: .files)
        let members = fault.applied(to: database.chunks.map(\.bytes))
        #expect(throws: RepositoryDatabaseError.self) {
            try EncodedDatabase(untrustedMembers: members, kind: .files, digest: Self.digest(of: members))
        }
    }

    @Test("removing what is not there is an error", arguments: ["absent-1-1", "bash-1-1", "zzz-1-1"])
    func absent(_ directory: String) throws {
        let database = try RepositoryDatabaseWriter.encode(EntrySet(Samples.realEntries()), as: .db)
        #expect(
            throws: RepositoryDatabaseError.malformed(
                field: "database", expected: "one that has every entry which is removed")
        ) { try database.updated(removing: [DirectoryName(parsing: directory)], adding: []) }
    }

    @Test("a database above 120 MiB is refused by its limit")
    func tooLarge() throws {
        let names = Samples.names(beginning: 2, others: 500, in: .db)
        let first = names.prefix(2).sorted()
        let small = try RepositoryDatabaseWriter.encode(EntrySet(first.map { try Samples.entry(name: $0) }), as: .db)
        let members = [Self.padded(small.chunks[0].bytes, to: 120 << 20), small.chunks[1].bytes, small.chunks[2].bytes]
        let large = try EncodedDatabase(untrustedMembers: members, kind: .db, digest: Self.digest(of: members))
        // In the range of the second chunk, so that the large one is copied.
        let added = try #require(names.dropFirst(2).first { $0 > first[1] })
        #expect(throws: RepositoryDatabaseError.databaseTooLarge(limit: 125_829_120)) {
            try large.updated(removing: [], adding: [Samples.entry(name: added)])
        }
    }
}
