import Glibc

/// A point in monotonic time after which waiting is pointless.
public struct Deadline: Hashable, Sendable {
    let nanoseconds: UInt64

    /// The moment this many milliseconds from now.
    public init(milliseconds: UInt64) {
        nanoseconds = SystemClock.monotonicNanoseconds() &+ milliseconds * 1_000_000
    }

    /// How long poll(2) may wait, rounded up; 0 once the moment has passed.
    var remainingMilliseconds: CInt {
        let now = SystemClock.monotonicNanoseconds()
        guard nanoseconds > now else { return 0 }
        return CInt(clamping: (nanoseconds - now + 999_999) / 1_000_000)
    }
}

extension Descriptor {
    /// What to wait for.
    public enum Readiness: Sendable {
        /// A read will not block: there are bytes, or the stream has ended.
        case readable
        /// A write will take at least one byte, or fail at once.
        case writable
    }

    /// Waits until this one can be read or the other one be written, and says whether it is this one.
    public func isReadable(
        before other: borrowing Descriptor, until deadline: Deadline
    ) throws(DescriptorError) -> Bool {
        let numbers = (number, other.number)
        var isReadable = false
        let ready = try retrying("poll", "descriptors \(numbers)") {
            var entries = [
                pollfd(fd: numbers.0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: numbers.1, events: Int16(POLLOUT), revents: 0),
            ]
            let ready = unsafe poll(&entries, 2, deadline.remainingMilliseconds)
            isReadable = entries[0].revents != 0
            return ready
        }
        if ready == 0 { throw .timedOut }
        return isReadable
    }

    /// Waits until the descriptor is ready; throws `timedOut` at the deadline (none: waits for ever).
    public func wait(for readiness: Readiness, until deadline: Deadline?) throws(DescriptorError) {
        let events: Int16 =
            switch readiness {
            case .readable: Int16(POLLIN)
            case .writable: Int16(POLLOUT)
            }
        let ready = try retrying("poll", "descriptor \(number)") {
            var entry = pollfd(fd: number, events: events, revents: 0)
            return unsafe poll(&entry, 1, deadline?.remainingMilliseconds ?? -1)
        }
        if ready == 0 { throw .timedOut }
    }
}
