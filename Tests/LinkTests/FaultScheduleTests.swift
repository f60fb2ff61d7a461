import Foundation
import TestSupport
import Testing

@testable import Link

@Suite("Sessions over a bad line, in simulated time", .timeLimit(.minutes(10)))
struct FaultScheduleTests {
    private static func number(_ name: String, _ otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? otherwise
    }

    @Test("messages arrive as over a clean line, whatever the line loses, flips and repeats, and whoever restarts")
    func schedules() {
        let first = Self.number("REPOSEAL_LINK_FIRST", 1)
        let count = Self.number("REPOSEAL_LINK_SEEDS", 200)
        var (failed, ended, seconds): (Int, Int, UInt64) = (0, 0, 0)
        var counters = LinkCounters()
        for seed in first..<(first + count) {
            var exchange = SimulatedExchange(seed: seed)
            exchange.run()
            if let complaint = exchange.complaint {
                Issue.record("seed \(seed): \(complaint); repeat with make link-schedules FIRST=\(seed) SEEDS=1")
                failed += 1
            }
            seconds += exchange.now / 1_000_000_000
            ended += exchange.endedCount
            for side in [exchange.scheduler, exchange.enclave] {
                counters.framesSent += side.session.counters.framesSent
                counters.framesRepeated += side.session.counters.framesRepeated
            }
        }
        print(
            "link schedules: seeds \(first) to \(first + count - 1): \(failed) failed; \(seconds) s simulated,"
                + " \(ended) sessions ended early, in the others \(counters.framesRepeated) of"
                + " \(counters.framesSent) frames were repetitions")
    }

    @Test("the same seed gives the same course to the nanosecond", arguments: 1...5 as ClosedRange<UInt64>)
    func repeatable(seed: UInt64) {
        var (one, other) = (SimulatedExchange(seed: seed), SimulatedExchange(seed: seed))
        one.run()
        other.run()
        #expect(one.now == other.now)
        #expect(one.scheduler.session.counters == other.scheduler.session.counters)
    }

    @Test(
        "bit errors cost little more of the line than the frames that they hit",
        arguments: zip([0, 1e-6, 1e-5], [0.93, 0.9, 0.8]))
    func goodput(bitErrors: Double, share: Double) {
        var rates = LineRates(baud: 115_200)
        rates.bitErrors = bitErrors
        rates.latencyNanoseconds = 2_000_000
        var exchange = SimulatedExchange(rates, knowsRate: true, sizes: [600_000], seed: 7)
        let start = exchange.now
        exchange.run()
        #expect(exchange.complaint == nil)
        let reached = 900_000 / (Double(exchange.now - start) / 1e9 * 11_520)
        print("link goodput at \(bitErrors) bit errors: \(reached) of the line, simulated")
        #expect(reached > share)
    }
}
