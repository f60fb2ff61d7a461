/// How long the line and the other side take to acknowledge a frame (RFC 6298), in nanoseconds.
struct RoundTripEstimate: Sendable {
    /// How long the other side may keep an acknowledgement back; it stands where the RFC has the clock's grain.
    static let acknowledgementDelay: UInt64 = 100_000_000
    private static let limits: ClosedRange<UInt64> = 200_000_000...10_000_000_000

    /// The smoothed round trip; nil before the first measurement.
    private(set) var smoothed: UInt64?
    /// The shortest round trip that was measured.
    private(set) var shortest = UInt64.max
    private var variation: UInt64 = 0

    /// Takes a measurement; of a frame that was sent twice there is none (Karn's rule).
    mutating func measure(_ untrustedRoundTrip: UInt64) {
        // Whoever never looks at the line for an hour does not make this side wait for hours.
        let roundTrip = min(untrustedRoundTrip, 60_000_000_000)
        shortest = min(shortest, roundTrip)
        guard let smoothed else {
            self.smoothed = roundTrip
            variation = roundTrip / 2
            return
        }
        let difference = max(smoothed, roundTrip) - min(smoothed, roundTrip)
        variation = (variation * 3 + difference) / 4
        self.smoothed = (smoothed * 7 + roundTrip) / 8
    }

    /// How long to wait for an acknowledgement after so many waits in vain: each one doubles it.
    func timeout(after timeouts: Int) -> UInt64 {
        let base = smoothed.map { $0 + max(Self.acknowledgementDelay, 4 * variation) } ?? 1_000_000_000
        let bounded = min(max(base, Self.limits.lowerBound), Self.limits.upperBound)
        return min(bounded << UInt64(min(timeouts, 6)), Self.limits.upperBound)
    }
}
