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

    @Test("records that are more than fits are refused, before they are read", arguments: ["", "/records"])
    func tooLarge(part: String) async throws {
        let path = "/api/v1/submissions/\(signed.sha256)/custody\(part)"
        let most = signed.records.names.reduce(0) { $0 + (signed.records[$1]?.count ?? 0) }
        for limit in [0, 1000, most / 2] {
            let answer = try await world.answer(path) { $0.custodyLimit = limit }
            #expect(answer.status == .contentTooLarge)
            #expect(answer.text.contains("/problems/records-too-large"))
        }
        // The evidence lies in the job, too.
        #expect(try await world.answer(path) { $0.custodyLimit = 2 * most }.status == .ok)
    }

    @Test("while one is answered, others are told when to come again", arguments: ["", "/records"])
    func oneAtATime(part: String) async throws {
        let path = "/api/v1/submissions/\(signed.sha256)/custody\(part)"
        let turns = Turns()
        let turn = try #require(turns.take())
        let answer = try await world.answer(path) { $0.custodyTurns = turns }
        #expect(answer.status == .serviceUnavailable && answer.headers[.retryAfter] == "5")
        #expect(answer.text.contains("/problems/busy"))
        turn.end()
        for _ in 0..<2 { #expect(try await world.answer(path) { $0.custodyTurns = turns }.status == .ok) }
        #expect(try await world.answer(path, .head) { $0.custodyTurns = turns }.status == .ok)
        #expect(turns.take() != nil)
    }

    @Test("records are written as the document that is read") func pieces() throws {
        var records = CustodyRecords()
        for count in [0, 1, 2, 3, 200_000] { records["log/\(count).leaf"] = [UInt8](repeating: 7, count: count) }
        for records in [records, CustodyRecords(), signed.records] {
            let written = Array(CustodyRecordsText(records).joined())
            #expect(written == (try APIDocument(value: CustodyRecordsDocument(records)).encoded()))
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
