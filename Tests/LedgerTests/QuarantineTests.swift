import Ledger
import Testing

@Suite("Jobs in quarantine")
struct QuarantineTests {
    let folder: LedgerFolder

    init() throws { folder = try LedgerFolder() }

    @Test("a job leaves its intent for the quarantine, with the reason, and stays there over a restart")
    func quarantine() throws {
        do {
            var ledger = try EnclaveLedger(path: folder.path)
            try ledger.recordIntent(job: digest("poison"), encoding: [1], decidedAt: 5)
            #expect(try !ledger.isQuarantined(digest("poison")))
            try ledger.quarantineIntent(job: digest("poison"), reason: "the signer ends", time: 7)
        }
        let ledger = try EnclaveLedger(path: folder.path)
        #expect(try ledger.openIntents().isEmpty)
        #expect(try ledger.isQuarantined(digest("poison")))
        #expect(try !ledger.isQuarantined(digest("another")))
        #expect(try ledger.quarantinedJobs().map(\.reason) == ["the signer ends"])
        #expect(try ledger.quarantinedJobs().map(\.time) == [7])
    }

    @Test("what was not accepted cannot go into quarantine")
    func withoutIntent() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        #expect(throws: LedgerError.conflict(rule: "the job was not accepted")) {
            try ledger.quarantineIntent(job: digest("never"), reason: "", time: 1)
        }
        #expect(try ledger.quarantinedJobs().isEmpty)
    }

    @Test("a released job can be accepted and given up again")
    func release() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        for attempt in 1...2 as ClosedRange<UInt64> {
            try ledger.recordIntent(job: digest("poison"), encoding: [1], decidedAt: attempt)
            try ledger.quarantineIntent(job: digest("poison"), reason: "attempt \(attempt)", time: attempt)
            #expect(try ledger.quarantinedJobs().map(\.reason) == ["attempt \(attempt)"])
            #expect(try ledger.release(digest("poison")))
            #expect(try !ledger.isQuarantined(digest("poison")))
            #expect(try !ledger.release(digest("poison")))
        }
    }

    @Test("the oldest of too many goes, and long reasons are cut, so that quarantine cannot fill the disk")
    func capacity() throws {
        var ledger = try EnclaveLedger(path: folder.path)
        let last = EnclaveLedger.quarantineCapacity
        for number in 0...last {
            try ledger.recordIntent(job: digest("\(number)"), encoding: [1], decidedAt: 1)
            let reason = number == last ? String(repeating: "x", count: 5000) : ""
            try ledger.quarantineIntent(job: digest("\(number)"), reason: reason, time: 1)
        }
        let kept = try ledger.quarantinedJobs()
        #expect(kept.count == EnclaveLedger.quarantineCapacity)
        #expect(kept.first?.job == digest("1"))
        #expect(kept.last?.job == digest("\(last)"))
        #expect(kept.last?.reason.utf8.count == EnclaveLedger.refusalTextLimit)
    }
}
