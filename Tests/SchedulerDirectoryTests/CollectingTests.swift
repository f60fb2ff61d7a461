import Attestation
import Refusals
import SchedulerDirectory
import SchedulerSamples
import TestSupport
import Testing

@Suite("What comes over the network")
struct CollectingTests {
    let fixture: SchedulerFixture

    init() throws { fixture = try SchedulerFixture() }

    @Test(
        "evidence of a person of the policy lies in incoming once, however often it comes, and is taken by the next pass"
    )
    func evidence() throws {
        let package = try fixture.write("a")
        let envelope = try fixture.approval(of: package, by: "alice")
        for _ in 0..<2 {
            let receipt = try fixture.home().receive(untrustedEvidence: envelope.dsseBytes)
            #expect(receipt == .accepted(digest: envelope.digest))
        }
        #expect(try fixture.home().incomingCount() == 1)
        #expect(try fixture.home().sign().accepted == ["\(envelope.digest).dsse.json"])
    }

    @Test("evidence that counts for nothing is refused with its code before anything is stored")
    func refused() throws {
        let package = try fixture.write("a")
        let late = try fixture.header("alice", from: -7200, to: -3600)
        let cases: [(Envelope, String)] = [
            (try fixture.approval(of: package, by: "mallory"), "unknownSigner"),
            (try fixture.approval(of: package, by: "alice", key: "mallory"), "unknownSigner"),
            (try fixture.approval(of: package, by: "alice", header: late), "evidenceExpired"),
        ]
        for (envelope, code) in cases {
            guard case .refused(let refusal) = try fixture.home().receive(untrustedEvidence: envelope.dsseBytes) else {
                Issue.record("\(code): accepted")
                continue
            }
            #expect(refusal.code == code)
        }
        #expect(throws: SchedulerDirectoryError.self) { try fixture.home().receive(untrustedEvidence: [0x7b]) }
        #expect(try fixture.home().incomingCount() == 0)
        #expect(throws: (any Error).self) { try fixture.names(in: "incoming") }
    }
}
