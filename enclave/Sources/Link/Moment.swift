import Descriptors

/// A point in monotonic time.
struct Moment: Comparable, Sendable {
    /// As `SystemClock.monotonicNanoseconds` counts.
    let nanoseconds: UInt64

    /// So many milliseconds from now; the end of time if that is too many.
    init(in milliseconds: UInt64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        nanoseconds = overflow ? .max : SystemClock.monotonicNanoseconds().saturatingSum(product)
    }

    init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The earlier of two moments.
    func or(_ other: Moment) -> Moment { min(self, other) }

    /// This many milliseconds later.
    func later(by milliseconds: UInt64) -> Moment {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return Moment(nanoseconds: overflow ? .max : nanoseconds.saturatingSum(product))
    }

    /// True once it is now or earlier.
    var hasPassed: Bool { remainingMilliseconds == 0 }

    /// How long poll(2) may wait, rounded up; 0 once the moment has passed.
    var remainingMilliseconds: CInt {
        let now = SystemClock.monotonicNanoseconds()
        return nanoseconds > now ? CInt(clamping: (nanoseconds - now - 1) / 1_000_000 + 1) : 0
    }
}

extension UInt64 {
    /// The sum, or the largest number.
    func saturatingSum(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The difference, or 0.
    func saturatingDifference(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
