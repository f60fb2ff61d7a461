import Cryptography
import Refusals
import SchedulerCore
import SchedulerStore
import Testing

@Suite struct StateRecordTests {
    static let job = SHA256.digest(of: Array("job".utf8))

    @Test("it is ready since it first became so, whatever is checked meanwhile") func readySince() throws {
        var record = StateRecord(.waiting(missing: []))
        try record.apply(.checked(missing: []), at: 100)
        try record.apply(.checked(missing: []), at: 200)
        #expect(record.readySince == 100)
        try record.apply(.checked(missing: [.revoked]), at: 300)
        #expect(record.readySince == nil)
    }

    @Test("what is asked for and refused again and again has waited since it was first ready", arguments: 1...3)
    func refusedAgain(times: Int) throws {
        var record = StateRecord(.waiting(missing: []))
        for time in 1...times {
            try record.apply(.checked(missing: []), at: UInt64(time) * 100)
            try record.apply(.asked(job: Self.job), at: UInt64(time) * 100)
            #expect(record.readySince == 100)
            try record.apply(.refused(job: Self.job, [.rateLimited(retryAfter: 1)]), at: UInt64(time) * 100)
            #expect(record.readySince == 100)
        }
        try record.apply(.checked(missing: []), at: 900)
        try record.apply(.asked(job: Self.job), at: 900)
        try record.apply(.signed(job: Self.job, serial: 1), at: 900)
        #expect(record.readySince == nil)
    }

    @Test("jobs that come to nothing are counted until one gets an answer or a person has it tried again")
    func failures() throws {
        var record = StateRecord(.waiting(missing: []))
        func ask(_ event: SubmissionEvent) throws {
            try record.apply(.checked(missing: []), at: 100)
            try record.apply(.asked(job: Self.job), at: 100)
            try record.apply(event, at: 100)
        }
        try ask(.failed(job: Self.job, failures: 1))
        try ask(.failed(job: Self.job, failures: 2))
        #expect(record.failures == 2)
        try ask(.refused(job: Self.job, [.rateLimited(retryAfter: 1)]))
        #expect(record.failures == 0)
        for number in 1...SubmissionState.mostFailures { try ask(.failed(job: Self.job, failures: number)) }
        #expect(record.state == .quarantined(failures: SubmissionState.mostFailures))
        record.refusedAsk = "demand"
        try record.apply(.retried, at: 100)
        #expect(record == StateRecord(.waiting(missing: [])))
    }
}
