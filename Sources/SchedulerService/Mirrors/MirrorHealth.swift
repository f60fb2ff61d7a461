import Mirrors
import Synchronization

/// What is known of mirrors while the service runs: what was published when, and what each showed.
final class MirrorHealth: Sendable {
    private struct Known {
        var publications = 0
        var publishedAt: UInt64 = 0
        var looks: [String: Look] = [:]
    }

    /// One look at a mirror.
    private struct Look {
        let record: MirrorRecord
        /// When it began, in Unix seconds.
        let start: UInt64
    }

    private let known = Mutex(Known())

    /// How often something was published.
    var publications: Int { known.withLock { $0.publications } }

    /// Notes that something was published at this Unix second.
    func notePublication(at time: UInt64) {
        known.withLock {
            $0.publications += 1
            $0.publishedAt = time
        }
    }

    /// Notes what is known of a mirror after a look that began at this Unix second; returns what was known before.
    func note(_ record: MirrorRecord, from start: UInt64) -> MirrorRecord? {
        known.withLock { $0.looks.updateValue(Look(record: record, start: start), forKey: record.mirror)?.record }
    }

    /// For how many seconds each mirror has not shown everything, as far as is known.
    func lags(at now: UInt64) -> [String: UInt64] {
        let known = known.withLock { $0 }
        return known.looks.mapValues { look in
            // What was published after the last look cannot have been seen by it.
            let unseen = look.start < known.publishedAt && known.publishedAt < now ? now - known.publishedAt : 0
            return max(look.record.lag(at: now), unseen)
        }
    }
}
