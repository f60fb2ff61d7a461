import CLinux  // the release build finds timespec here
import Glibc

/// The clocks of clock_gettime(2).
public enum SystemClock {
    /// Seconds since 1970-01-01 UTC, as the machine believes; it may jump.
    public static func realtimeSeconds() -> UInt64 {
        UInt64(max(reading(CLOCK_REALTIME).tv_sec, 0))
    }

    /// Nanoseconds that never run backwards and stand still while the machine is suspended.
    public static func monotonicNanoseconds() -> UInt64 {
        nanoseconds(reading(CLOCK_MONOTONIC))
    }

    /// Nanoseconds since the machine was started, suspension included.
    public static func bootNanoseconds() -> UInt64 {
        nanoseconds(reading(CLOCK_BOOTTIME))
    }

    private static func reading(_ clock: clockid_t) -> timespec {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "every Linux has this clock")
        return time
    }

    private static func nanoseconds(_ time: timespec) -> UInt64 {
        UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
