/// The enclave's time: its own, never backwards, and doubted when it jumps (H18).
///
/// All times are Unix seconds.
public struct EnclaveClock: Sendable {
    /// How far the wall clock may drift from the boot-time clock while running.
    public static let allowedDrift: UInt64 = 60

    /// How far the time that sysops confirm may be from the wall clock when their statements arrive.
    public static let allowedConfirmationDelay: UInt64 = 600

    private let startedAt: UInt64
    private let startedAtBootTime: UInt64
    private let isSuspectSinceStart: Bool

    /// Takes both clocks at start, and the last time that the ledger knows of; 0 if it knows none.
    ///
    /// A wall clock behind the ledger by more than the drift, or ahead of it by more than the policy's `maxAbsence`, is
    /// suspect until sysops confirm it.
    public init(wallClock: UInt64, bootClock: UInt64, lastTime: UInt64, maxAbsence: UInt64) {
        startedAt = wallClock
        startedAtBootTime = bootClock
        let isBehind = wallClock + Self.allowedDrift < lastTime
        let isAhead = lastTime > 0 && wallClock > lastTime.addingClamped(maxAbsence)
        isSuspectSinceStart = isBehind || isAhead
    }

    /// The time now, never before `lastTime`; nil when the wall clock cannot be trusted.
    public func time(wallClock: UInt64, bootClock: UInt64, lastTime: UInt64) -> UInt64? {
        let expected = startedAt.addingClamped(bootClock - min(startedAtBootTime, bootClock))
        let drift = max(expected, wallClock) - min(expected, wallClock)
        return isSuspectSinceStart || drift > Self.allowedDrift ? nil : max(wallClock, lastTime)
    }
}

extension UInt64 {
    fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
