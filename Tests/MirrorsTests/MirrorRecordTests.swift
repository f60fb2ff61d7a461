import Testing

@testable import Mirrors

@Suite struct MirrorRecordTests {
    private func look(_ state: MirrorStatus.State?, at end: UInt64, after earlier: MirrorRecord?) -> MirrorRecord {
        var status = MirrorStatus(mirror: "north")
        if let state { status.find(state, "x") }
        return MirrorRecord(status, from: end - 5, to: end, after: earlier)
    }

    @Test("a mirror lags from the start of the first look that did not find everything until one that does")
    func lag() {
        let first = look(nil, at: 100, after: nil)
        #expect(first.lag(at: 1000) == 0)
        let late = look(.lagging, at: 200, after: first)
        let later = look(.unreachable, at: 300, after: late)
        #expect([late, later].map(\.behindSince) == [195, 195])
        #expect(later.lag(at: 400) == 205)
        #expect(later.lag(at: 100) == 0)
        #expect(later.currentAt == 100)
        #expect(later.findings == [.init(state: .unreachable, sentence: "x")])
        let again = look(nil, at: 500, after: later)
        #expect(again.currentAt == 500)
        #expect(again.behindSince == nil)
        #expect(look(.wrong, at: 9, after: nil).currentAt == nil)
    }
}
