import Cryptography
import EnclaveCore
import RepositoryDatabase
import SigningProtocol
import TestSupport
import Testing

@Suite("Chunks of databases in memory (H15)") struct ChunkTests {
    /// What no codec makes: where it stands in a database, a chunk was copied.
    private static let mark = Array("copied".utf8)

    private var enclave: PaperEnclave
    private let location: DatabaseLocation

    init() throws {
        enclave = PaperEnclave(try Distribution())
        location = try PaperEnclave.location("core")
    }

    /// Makes the repository one of so many packages, with no chunk remembered.
    private mutating func fill(_ packages: Int) throws {
        let entries = try EntrySet((0..<packages).map { try SamplePackage("package\($0)", "1.0-1").entry })
        enclave.databases[location] = RepositoryMemory(serial: 1, entries: entries, signedAt: enclave.now)
    }

    /// The same, with all chunks remembered as what `change` makes of their bytes.
    private mutating func fill(_ packages: Int, _ change: ([UInt8]) -> [UInt8]) throws {
        try fill(packages)
        let before = try #require(enclave.databases[location])
        var chunks: [SHA256Digest: [UInt8]] = [:]
        for kind in DatabaseKind.allCases {
            for chunk in try RepositoryDatabaseWriter.encode(before.entries, as: kind).chunks {
                chunks[chunk.tarDigest] = change(chunk.bytes)
            }
        }
        enclave.databases[location] = RepositoryMemory(
            serial: before.serial, entries: before.entries, signedAt: before.signedAt, chunks: chunks)
    }

    /// The decision about a job for a package, if the scheduler computed the same as the enclave will.
    private func decision(adding package: SamplePackage) throws -> Decision {
        var job = try enclave.job(adding: [package])
        var entries = try #require(enclave.databases[location]).entries
        entries.replace(with: package.entry)
        let chunks = enclave.databases[location]?.chunks ?? [:]
        job.changes[0].expectedDatabase = try RepositoryDatabaseWriter.encode(entries, as: .db) { chunks[$0] }.digest
        job.changes[0].expectedFiles = try RepositoryDatabaseWriter.encode(entries, as: .files) { chunks[$0] }.digest
        return try enclave.decision(job, enclave.evidence(for: [package]))
    }

    @Test("a job compresses the chunk that it changes and the end of the archive, and copies the rest")
    mutating func copies() throws {
        try fill(2000) { _ in Self.mark }
        guard case .admitted(let job) = try decision(adding: SamplePackage("package10", "2.0-1")) else {
            Issue.record("the job was refused")
            return
        }
        for database in [job.databases[0].database, job.databases[0].filesDatabase] {
            let compressed = database.chunks.filter { $0.bytes != Self.mark }
            #expect(database.chunks.count > 3, "\(database.kind)")
            #expect((1...2).contains(compressed.count), "\(database.kind)")
            #expect(compressed.contains { $0.entries.contains { job.databases[0].isChanged($0) } }, "\(database.kind)")
        }
    }

    @Test("a chunk of other bytes than the scheduler has makes other databases, and nothing is signed")
    mutating func otherBytes() throws {
        try fill(20) { $0 + [0] }
        let package = try SamplePackage("package10", "2.0-1")
        #expect(
            try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package])) == [
                "databaseMismatch"
            ])
    }

    @Test("a database above 120 MiB is refused by its limit")
    mutating func tooLarge() throws {
        let large = [UInt8](repeating: 0, count: 121 << 20)
        try fill(20) { _ in large }
        let package = try SamplePackage("package10", "2.0-1")
        #expect(
            try enclave.perform(enclave.job(adding: [package]), enclave.evidence(for: [package])) == [
                "databaseTooLarge"
            ])
    }

    @Test("whatever the history, copied and new chunks are the databases of the entries")
    mutating func histories() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        try fill(150)
        for step in 0..<20 {
            enclave.now += 10
            let names = (0..<3).map { _ in "package\(Int.random(in: 0..<200, using: &random))" }
            let packages = try Set(names).sorted().map { try SamplePackage($0, "2.\(step)-1") }
            // The digests that a job expects are those of a full encoding.
            let codes = try enclave.perform(
                enclave.job(adding: packages), packages.flatMap { try enclave.evidence(for: [$0]) })
            #expect(codes == ["serial \(step + 2)"], "seed \(seed)")
        }
    }
}

extension DatabasePlan {
    /// Whether the entry at this position came in with the job.
    fileprivate func isChanged(_ position: Int) -> Bool {
        admitted.contains { $0.entry == entries.entries[position] }
    }
}
