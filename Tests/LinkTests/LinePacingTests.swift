import TestSupport
import Testing

@testable import Link

@Suite("The pace of a line")
struct LinePacingTests {
    private static let frame = Frame.maximumWireCount

    @Test(
        "a line is never idle, and at most two frames or 20 ms wait for it",
        arguments: [120, 960, 11_520, 300_000], 0..<5 as Range<UInt64>)
    func busy(bytesPerSecond: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var pacing = LinePacing(bytesPerSecond: bytesPerSecond)
        let lead = max(20_000_000, UInt64(2 * Self.frame) * 1_000_000_000 / UInt64(bytesPerSecond))
        var (now, sent): (UInt64, Int) = (0, 0)
        for _ in 0..<500 {
            #expect(now == 0 || now < pacing.idleAt, "seed \(seed)")
            #expect(pacing.idleAt <= now + lead, "seed \(seed)")
            let count = Int.random(in: 20...Self.frame, using: &random)
            pacing.add(count, at: now)
            sent += count
            now = max(now, pacing.nextFrameTime)
        }
        let carried = Double(now + lead) / 1e9 * Double(bytesPerSecond)
        #expect(Double(sent) <= carried + Double(Self.frame), "no more than the line carries, seed \(seed)")
    }

    @Test("a line that fell idle does not make up for it")
    func idle() {
        var pacing = LinePacing(bytesPerSecond: 1_000)
        pacing.add(100, at: 0)
        #expect(pacing.idleAt == 100_000_000)
        pacing.add(100, at: 5_000_000_000)
        #expect(pacing.idleAt == 5_100_000_000)
    }

    @Test("a line whose rate nobody knows is never waited for")
    func unknown() {
        var pacing = LinePacing(bytesPerSecond: nil)
        pacing.add(1 << 20, at: 7)
        #expect(pacing.nextFrameTime <= 7)
        #expect(pacing.frameCountInFlight == .max)
    }
}
