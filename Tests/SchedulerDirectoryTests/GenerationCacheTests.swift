import ALPMTypes
import Cryptography
import EnclaveCore
import SchedulerStore
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("What is kept of generations") struct GenerationCacheTests {
    @Test("is that of the newest, whoever comes late with an older one") func late() throws {
        let cache = GenerationCache()
        let location = DatabaseLocation(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"))
        for serial: UInt64 in [1, 3, 2] {
            cache.keep(MemoryRecord(signedAt: serial), of: location, serial)
        }
        #expect(cache.memory(of: location, 3)?.signedAt == 3)
        #expect(cache.memory(of: location, 2) == nil)
        #expect(cache.memory(of: location, 1) == nil)
    }

    @Test("is written as the record that it is read as", arguments: [0, 1, 3]) func memory(count: Int) throws {
        var memory = MemoryRecord(signedAt: 1_800_000_000, expiresAt: .max)
        for number in 0..<count {
            let digests = (0..<3).map { SHA256.digest(of: [UInt8(number), $0]) }
            memory.claims.append(
                ClaimRecord(
                    name: try PackageName(parsing: "p\(number)"), version: try Version(parsing: "\(number):1.0+a_b-1"),
                    sha256: digests[0], base: try PackageName(parsing: "base@_.+-\(number)"), desc: digests[1],
                    files: digests[2], removedAt: number == 1 ? 1_700_000_000 : nil))
            memory.consumed.append(digests[0].hex)
        }
        let folder = try TemporaryDirectory()
        try folder.write("memory.json", memory.json)
        #expect(try RecordFile.read(MemoryRecord.self, from: folder.path("memory.json")) == memory)
        memory.consumed = ["\"quoted\\ and é\n"]
        try folder.write("memory.json", memory.json)
        #expect(try RecordFile.read(MemoryRecord.self, from: folder.path("memory.json")) == memory)
    }
}
