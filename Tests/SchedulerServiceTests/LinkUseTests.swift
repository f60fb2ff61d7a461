import EnclaveClient
import SchedulerPages
import Testing

@testable import SchedulerService

@Suite("What crossed the link")
struct LinkUseTests {
    @Test("the bytes of each message count once, in the minute in which they crossed, for an hour")
    func minutes() {
        let use = LinkUse()
        use.note(LinkProgress(.toEnclave, done: 10, all: 100), at: 6000)
        use.note(LinkProgress(.toEnclave, done: 100, all: 100), at: 6060)
        use.note(LinkProgress(.toEnclave, done: 100, all: 100), at: 6061)
        use.note(LinkProgress(.fromEnclave, done: 7, all: 7), at: 6062)
        let hour = use.lastHour(at: 6119)
        #expect(hour.count == 60 && hour.last?.ago == 0)
        #expect(hour.suffix(2).map(\.sent) == [10, 190])
        #expect(hour.suffix(2).map(\.received) == [0, 7])
        #expect(use.lastHour(at: 6060 + 3599).map(\.sent).reduce(0, +) == 190)
        #expect(use.lastHour(at: 6060 + 3600).map(\.sent).reduce(0, +) == 0)
    }
}
