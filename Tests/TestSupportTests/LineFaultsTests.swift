import TestSupport
import Testing

@Suite("The model of a serial line")
struct LineFaultsTests {
    private static let second: UInt64 = 1_000_000_000
    private static let sample = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

    /// What of the sample arrives on a line with these rates, and the line afterwards.
    private static func run(_ rates: LineRates, seed: UInt64, chunk: Int = 512) -> (arrived: [UInt8], line: LineFaults)
    {
        var line = LineFaults(rates, seed: seed)
        for start in stride(from: 0, to: sample.count, by: chunk) {
            line.send(sample[start..<min(start + chunk, sample.count)], at: 0)
        }
        return (line.arrivals(by: .max / 2), line)
    }

    @Test("a perfect line gives every byte, and at once if it has no rate")
    func perfect() {
        let (arrived, line) = Self.run(LineRates(), seed: 1)
        #expect(arrived == Self.sample)
        #expect(line.idleAt == 0 && line.nextArrival == nil)
    }

    @Test("a byte takes ten bits of the line's rate", arguments: [9_600, 115_200, 921_600, 3_000_000])
    func pacing(baud: Int) {
        var line = LineFaults(LineRates(baud: baud), seed: 2)
        line.send(Self.sample, at: Self.second)
        #expect(line.arrivals(by: Self.second).isEmpty)
        let arrived = line.arrivals(by: Self.second + Self.second / 2).count
        #expect(abs(arrived - baud / 20) <= 1 + baud / 10_000, "bytes in half a second")
        #expect(line.queuedByteCount(at: Self.second + Self.second / 2) == Self.sample.count - arrived)
        #expect(line.arrivals(by: line.idleAt).count == Self.sample.count - arrived)
    }

    @Test("latency comes on top, and is not time in which the sender is busy")
    func latency() {
        var rates = LineRates(baud: 10_000)
        rates.latencyNanoseconds = 5_000_000
        var line = LineFaults(rates, seed: 3)
        line.send([7], at: 0)
        #expect(line.idleAt == 1_000_000)
        #expect(line.nextArrival == 6_000_000)
        #expect(line.arrivals(by: 5_999_999).isEmpty)
        #expect(line.arrivals(by: 6_000_000) == [7])
    }

    /// The faults that happen to one byte or bit at a time; the raw value is the place in `counts(of:)`.
    enum Kind: Int, CaseIterable, Sendable {
        case bitErrors, drops, inserts, duplicates, stalls

        func rates(_ rate: Double) -> LineRates {
            var rates = LineRates(baud: 115_200)
            switch self {
            case .bitErrors: rates.bitErrors = rate
            case .drops: rates.drops = rate
            case .inserts: rates.inserts = rate
            case .duplicates: rates.duplicates = rate
            case .stalls: rates.stalls = rate
            }
            return rates
        }

        static func counts(of counters: LineFaults.Counters) -> [Int] {
            [counters.bitErrors, counters.drops, counters.inserts, counters.duplicates, counters.stalls]
        }
    }

    @Test("faults are as frequent as asked", arguments: Kind.allCases, [1e-3, 1e-2])
    func frequencies(kind: Kind, rate: Double) {
        let (arrived, line) = Self.run(kind.rates(rate), seed: 4)
        let counts = Kind.counts(of: line.counters)
        let trials = Self.sample.count * (kind == .bitErrors ? 8 : 1)
        let expected = rate * Double(trials)
        // Five standard deviations: with these seeds the outcome never changes.
        #expect(abs(Double(counts[kind.rawValue]) - expected) < 5 * expected.squareRoot())
        #expect(counts.reduce(0, +) == counts[kind.rawValue], "nothing else happens")
        let counters = line.counters
        #expect(arrived.count == Self.sample.count - counters.drops + counters.inserts + counters.duplicates)
    }

    @Test("the bits that differ are those that were counted")
    func bitErrors() {
        var rates = LineRates(baud: 115_200)
        rates.bitErrors = 1e-3
        let (arrived, line) = Self.run(rates, seed: 5)
        let flipped = zip(arrived, Self.sample).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
        #expect(arrived.count == Self.sample.count)
        #expect(flipped == line.counters.bitErrors && flipped > 0)
    }

    @Test("a burst spoils no more bytes than it may have, and lengthens nothing")
    func bursts() {
        var rates = LineRates(baud: 115_200)
        rates.bursts = 1e-4
        rates.burstByteCount = 10
        let (arrived, line) = Self.run(rates, seed: 6)
        let spoiled = zip(arrived, Self.sample).count { $0.0 != $0.1 }
        #expect(arrived.count == Self.sample.count)
        #expect(line.counters.bursts > 0)
        #expect(line.counters.bursts...line.counters.bursts * 10 ~= spoiled)
    }

    @Test("a cut loses what is under way and what is sent before its end, and nothing later")
    func cuts() {
        var line = LineFaults(LineRates(baud: 10_000), seed: 7)
        line.send([1, 2, 3], at: 0)
        #expect(line.arrivals(by: 1_000_000) == [1])
        line.cut(until: 10_000_000)
        line.send([4], at: 5_000_000)
        line.send([5], at: 10_000_000)
        #expect(line.arrivals(by: Self.second) == [5])
        #expect(line.counters.cuts == 1)
    }

    @Test("the same seed gives the same bytes at the same times, and another seed others")
    func determinism() {
        var generator = SplitMix64(seed: 8)
        var rates = LineRates.random(using: &generator)
        rates.bitErrors = 1e-4
        let first = Self.run(rates, seed: 9)
        let again = Self.run(rates, seed: 9)
        #expect(first.arrived == again.arrived && first.line.idleAt == again.line.idleAt)
        #expect(Self.run(rates, seed: 10).arrived != first.arrived)
    }

    @Test("how the bytes are cut into calls changes nothing", arguments: [1, 7, 512, 100_000])
    func chunking(count: Int) {
        var rates = LineRates(baud: 115_200)
        rates.bitErrors = 1e-4
        rates.drops = 1e-3
        rates.bursts = 1e-4
        #expect(Self.run(rates, seed: 11, chunk: count).arrived == Self.run(rates, seed: 11).arrived)
    }
}
