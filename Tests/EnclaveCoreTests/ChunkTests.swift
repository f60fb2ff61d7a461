import ALPMTypes
import Cryptography
import EnclaveCore
import RepositoryDatabase
import SigningProtocol
import TestSupport
import Testing

@Suite("A job costs what it changes (H15)") struct ChunkTests {
    private var enclave: PaperEnclave
    private let location: DatabaseLocation

    init() throws {
        enclave = PaperEnclave(try Distribution())
        location = try PaperEnclave.location("core")
    }

    /// Makes the repository one of so many packages, signed as they are.
    private mutating func fill(_ packages: Int) throws {
        let entries = try EntrySet((0..<packages).map { try SamplePackage("package\($0)", "1.0-1").entry })
        enclave.databases[location] = RepositoryMemory(
            serial: 1, entries: entries, signedAt: enclave.now, signed: try DatabaseContent(encoding: entries))
    }

    /// The enclave that knows the entries of these names alone.
    private func knowing(_ names: [String]) throws -> PaperEnclave {
        let all = try #require(enclave.databases[location])
        let excerpt = try EntrySet(names.compactMap { all.entries[try PackageName(parsing: $0)] })
        var thin = enclave
        thin.databases[location] = RepositoryMemory(
            serial: all.serial, entries: excerpt, signedAt: all.signedAt, signed: all.signed)
        return thin
    }

    @Test("a job compresses the chunks that it changes and the end of the archive, and copies the rest")
    mutating func copies() throws {
        try fill(2000)
        let package = try SamplePackage("package10", "2.0-1")
        let job = try enclave.job(adding: [package])
        let decision = try knowing(["package10"]).decision(job, enclave.evidence(for: [package]))
        guard case .admitted(let admission) = decision, let plan = admission.databases.first,
            let before = plan.before
        else {
            Issue.record("the job was refused, or nothing was copied")
            return
        }
        for (new, old) in [
            (plan.content.database, before.database), (plan.content.filesDatabase, before.filesDatabase),
        ] {
            let compressed = Set(new.chunks).subtracting(old.chunks)
            #expect(new.chunks.count > 3 && (1...3).contains(compressed.count), "\(new.kind): \(compressed.count)")
        }
    }

    @Test("databases of other bytes than the scheduler has are not signed")
    mutating func otherBytes() throws {
        try fill(20)
        let before = try #require(enclave.databases[location])
        let other = try DatabaseContent(encoding: EntrySet(before.entries.entries.dropLast()))
        enclave.databases[location] = RepositoryMemory(
            serial: 1, entries: before.entries, signedAt: enclave.now, signed: other)
        let package = try SamplePackage("package10", "2.0-1")
        #expect(
            try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package])) == [
                "databaseMismatch"
            ])
    }

    @Test("a database above 120 MiB is refused by its limit")
    mutating func tooLarge() throws {
        // A name that begins a chunk, with one that does not in its range, and so leaves the chunk before it alone.
        let first = (0...).lazy.map { "q\($0)" }.first { ChunkRule.begins(atDirectory: "\($0)-1-1", in: .files) }
        let other = (0...).lazy.map { "r\($0)" }.first { !ChunkRule.begins(atDirectory: "\($0)-1-1", in: .files) }
        let (beginning, within) = (try #require(first), try #require(other))
        let entries = try EntrySet(["package0", beginning].map { try SamplePackage($0, "1.0-1").entry })
        let content = try DatabaseContent(encoding: entries)
        // A member of the right form and length, with nothing in it that could be read.
        var members = content.filesDatabase.chunks.map(\.bytes)
        let small = members[0]
        let zeros = [UInt8](repeating: 0, count: (121 << 20) - small.count)
        members[0] = Array(small.dropLast(8)) + zeros + small.suffix(8)
        for byte in 0..<4 { members[0][16 + byte] = UInt8(truncatingIfNeeded: members[0].count >> (8 * byte)) }
        let large = try EncodedDatabase(
            untrustedMembers: members, kind: .files, digest: SHA256.digest(of: members.flatMap(\.self)))
        enclave.databases[location] = RepositoryMemory(
            serial: 1, entries: entries, signedAt: enclave.now,
            signed: DatabaseContent(database: content.database, filesDatabase: large, listing: content.listing))
        let package = try SamplePackage(within, "1.0-1")
        #expect(
            try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package])) == [
                "databaseTooLarge"
            ])
    }

    @Test("an entry that the databases do not have cannot be taken out of them")
    mutating func unknownEntry() throws {
        try fill(20)
        let before = try #require(enclave.databases[location])
        var entries = before.entries
        entries.replace(with: try SamplePackage("package10", "1.5-1").entry)
        enclave.databases[location] = RepositoryMemory(
            serial: 1, entries: entries, signedAt: enclave.now, signed: before.signed)
        let package = try SamplePackage("package10", "2.0-1")
        #expect(
            try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package])) == ["entryInvalid"])
    }

    @Test("whatever the history, what is signed are the databases and the set of all entries")
    mutating func histories() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        try fill(150)
        for step in 0..<20 {
            enclave.now += 10
            let names = Set((0..<3).map { _ in "package\(Int.random(in: 0..<200, using: &random))" }).sorted()
            let packages = try names.map { try SamplePackage($0, "2.\(step)-1") }
            // The digests that a job expects are those of a full encoding.
            let job = try enclave.job(adding: packages)
            let evidence = try packages.flatMap { try enclave.evidence(for: [$0]) }
            guard case .admitted(let admission) = try knowing(names).decision(job, evidence) else {
                Issue.record("seed \(seed), step \(step): refused")
                return
            }
            #expect(enclave.perform(job, evidence) == ["serial \(step + 2)"], "seed \(seed)")
            let listing = try #require(admission.databases.first).content.listing
            #expect(listing.digest == enclave.databases[location]?.entries.digest, "seed \(seed), step \(step)")
        }
    }
}
