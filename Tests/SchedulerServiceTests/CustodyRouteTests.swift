import Cryptography
import Custody
import HTTPTypes
import SchedulerClient
import SchedulerDirectory
import SchedulerDocuments
import SchedulerSamples
import Testing

@testable import SchedulerService

@Suite("Custody over HTTP")
struct CustodyRouteTests {
    let signed: SignedPackage
    let world: ServiceFixture

    init() throws {
        signed = try SignedPackage()
        world = ServiceFixture(over: signed.fixture)
    }

    @Test("the chain of a signed package is the one that its records prove")
    func chain() async throws {
        let path = "/api/v1/submissions/\(signed.sha256)/custody"
        let chain = try await world.document(CustodyChain.self, path)
        #expect(chain == (try signed.chain()))
        #expect(chain.holds)
    }

    @Test("every statement of a chain can be fetched as the envelope that its records have")
    func envelopes() async throws {
        for statement in try signed.chain().steps.flatMap(\.statements) {
            let answer = try await world.answer("/api/v1/evidence/\(statement.digest)")
            #expect(answer.status == .ok)
            #expect(answer.body == signed.records[statement.record])
        }
    }

    @Test("whoever asks over HTTP gets all records, and can verify them without believing the server")
    func records() async throws {
        try await world.serving { port in
            let client = SchedulerClient([try ServerAddress(parsing: "http://127.0.0.1:\(port)")])
            #expect(try await client.packages(called: "a") == [signed.sha256])
            #expect(try await client.packages(called: "a-1.0-1") == [signed.sha256])
            #expect(try await client.packages(called: "a-2.0-1").isEmpty)
            let records = try #require(try await client.custodyRecords(of: signed.sha256))
            #expect(records == signed.records)
            #expect(try signed.chain(records).holds)
            #expect(try await client.custodyRecords(of: .zeros) == nil)
        }
    }

    @Test("health says how long work waits, and how much room there is")
    func health() async throws {
        let idle = try await world.document(HealthDocument.self, "/api/v1/health")
        #expect(idle.oldestWorkAt == nil)
        #expect(idle.freeBytes > 0)
        _ = try signed.fixture.home().submit([try signed.fixture.write("b")])
        #expect(try await world.document(HealthDocument.self, "/api/v1/health").oldestWorkAt != nil)
    }
}
