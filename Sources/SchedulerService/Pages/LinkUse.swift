import Descriptors
public import EnclaveClient
public import SchedulerPages
import Synchronization

/// How many bytes crossed the link to the enclave in each minute of the last hour.
public final class LinkUse: Sendable {
    private static let minutes: UInt64 = 60

    private struct State {
        var sent: [UInt64: Int] = [:]
        var received: [UInt64: Int] = [:]
        var last: [LinkProgress.Direction: LinkProgress] = [:]
    }

    private let state = Mutex(State())

    /// Nothing has crossed yet.
    public init() {}

    /// Notes how much of a message has crossed by now.
    public func note(_ progress: LinkProgress) { note(progress, at: SystemClock.realtimeSeconds()) }

    /// Notes how much of a message has crossed by a Unix second.
    func note(_ progress: LinkProgress, at now: UInt64) {
        let minute = now / 60
        state.withLock { state in
            let last = state.last[progress.direction]
            // Less than before, or of another length, is another message.
            let isSame = last.map { $0.all == progress.all && $0.done <= progress.done } ?? false
            let crossed = progress.done - (isSame ? last?.done ?? 0 : 0)
            state.last[progress.direction] = progress.done >= progress.all ? nil : progress
            switch progress.direction {
            case .toEnclave: state.sent[minute, default: 0] += crossed
            case .fromEnclave: state.received[minute, default: 0] += crossed
            }
            let isOld = { (key: UInt64) in key + Self.minutes <= minute }
            state.sent = state.sent.filter { !isOld($0.key) }
            state.received = state.received.filter { !isOld($0.key) }
        }
    }

    /// The last hour, oldest minute first.
    public var lastHour: [LinkMinute] { lastHour(at: SystemClock.realtimeSeconds()) }

    /// The hour before a Unix second, oldest minute first.
    func lastHour(at now: UInt64) -> [LinkMinute] {
        state.withLock { state in
            (0..<Self.minutes).reversed().map { ago in
                let minute = now / 60 - ago
                return LinkMinute(
                    ago: Int(ago), sent: state.sent[minute] ?? 0, received: state.received[minute] ?? 0)
            }
        }
    }
}
