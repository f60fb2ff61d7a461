import EnclaveCore
import Testing

@Suite("The enclave's clock") struct ClockTests {
    static let second: UInt64 = 1
    static let day: UInt64 = 86_400

    @Test(
        "at start the wall clock may be ahead of the ledger by maxAbsence and behind it by the drift",
        arguments: [
            (1_000_000, 0, true), (1_000_000, 1_000_000, true), (1_000_000, 1_000_060, true),
            (1_000_000, 1_000_061, false), (1_000_000 + 30 * day, 1_000_000, true),
            (1_000_001 + 30 * day, 1_000_000, false),
        ])
    func start(wallClock: UInt64, lastTime: UInt64, isTrusted: Bool) {
        let clock = EnclaveClock(wallClock: wallClock, bootClock: 500, lastTime: lastTime, maxAbsence: 30 * Self.day)
        #expect((clock.time(wallClock: wallClock, bootClock: 500, lastTime: lastTime) != nil) == isTrusted)
    }

    @Test("time never runs backwards") func monotonic() {
        let clock = EnclaveClock(wallClock: 1000, bootClock: 0, lastTime: 1030, maxAbsence: 100)
        #expect(clock.time(wallClock: 1001, bootClock: 1, lastTime: 1030) == 1030)
    }

    @Test(
        "a jump while running makes the clock suspect",
        arguments: [(2000, false), (1100, true), (1160, true), (900, false)])
    func jump(wallClock: UInt64, isTrusted: Bool) {
        let clock = EnclaveClock(wallClock: 1000, bootClock: 0, lastTime: 0, maxAbsence: 100)
        #expect((clock.time(wallClock: wallClock, bootClock: 100, lastTime: 900) != nil) == isTrusted)
    }
}
