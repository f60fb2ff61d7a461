import SchedulerCore
import TestSupport
import Testing

@Suite struct FreshnessTests {
    static let day: UInt64 = 86_400

    static let ages: [(UInt64, Freshness)] = [
        (0, .ok), (5 * day, .ok), (5 * day + 59, .ok), (5 * day + 60, .due), (10 * day - 1, .due), (10 * day, .alarm),
        (15 * day, .alarm), (400 * day, .alarm),
    ]

    @Test(
        "a refresh is due a minute after a third of the validity, and the alarm comes when a third is left",
        arguments: ages)
    func atAge(age: UInt64, expected: Freshness) {
        let signedAt: UInt64 = 1_700_000_000
        let freshness = Freshness(
            signedAt: signedAt, expiresAt: signedAt + 15 * Self.day, validity: 15 * Self.day, now: signedAt + age)
        #expect(freshness == expected)
    }

    @Test("a clock before the signature asks for a refresh, and a key that expires early is an alarm at once")
    func oddTimes() {
        #expect(Freshness(signedAt: 100, expiresAt: 900_100, validity: 900_000, now: 99) == .due)
        #expect(Freshness(signedAt: 100, expiresAt: 200, validity: 900_000, now: 101) == .alarm)
    }

    @Test("as time goes on it never gets better") func monotonic() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let order = [Freshness.ok, .due, .alarm]
        for _ in 0..<300 {
            let signedAt = UInt64.random(in: 0...10_000, using: &random)
            let validity = UInt64.random(in: 0...10_000, using: &random)
            let expiresAt = signedAt + UInt64.random(in: 0...validity, using: &random)
            let ranks = stride(from: signedAt, to: signedAt + 2 * validity, by: 97).map { now in
                order.firstIndex(of: Freshness(signedAt: signedAt, expiresAt: expiresAt, validity: validity, now: now))
            }
            #expect(ranks.compactMap { $0 } == ranks.compactMap { $0 }.sorted(), "seed \(seed)")
        }
    }
}
