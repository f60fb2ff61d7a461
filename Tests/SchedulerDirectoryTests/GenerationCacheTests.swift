import ALPMTypes
import EnclaveCore
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
}
