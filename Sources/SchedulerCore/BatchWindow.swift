/// How long changes that are ready wait for others to share a job with them.
///
/// A job costs the enclave two signatures for each database, whatever its size, so that what becomes ready within a few
/// minutes is better asked for at once. Urgent changes never wait.
public struct BatchWindow: Hashable, Sendable {
    /// The longest that a change waits, in seconds; 0 asks for everything at once.
    public let seconds: UInt64
    /// How many changes end the waiting of all of them.
    public let changes: UInt64

    /// Takes both.
    public init(seconds: UInt64 = 0, changes: UInt64 = .max) {
        self.seconds = seconds
        self.changes = changes
    }

    /// What may be asked for now, and when the next of the others may; nil if nothing waits.
    ///
    /// Changes of the same databases wait together and end together. `readySince` is in Unix seconds; a time to come, which
    /// only a clock that went back leaves, is as good as long ago.
    public func due(
        _ changes: [PendingChange], now: UInt64, lane: (Batch) -> Lane = { _ in .normal },
        readySince: (PendingChange) -> UInt64
    ) -> (due: [PendingChange], next: UInt64?) {
        var due: [PendingChange] = []
        var next: UInt64?
        for (lane, groups) in Batching.byLane(Batching.together(changes), lane: lane) {
            for part in Batching.byDatabases(groups).map({ $0.flatMap(\.self) }) {
                let end = (part.map(readySince).min() ?? now).addingReportingOverflow(seconds).partialValue
                let isHeld =
                    lane != .security && seconds > 0 && now < end && end - now <= seconds
                    && UInt64(part.reduce(0) { $0 + $1.architectures.count }) < self.changes
                if isHeld { next = min(next ?? end, end) } else { due += part }
            }
        }
        return (due, next)
    }
}
