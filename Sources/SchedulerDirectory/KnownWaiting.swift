import SchedulerStore
import Synchronization

/// Since when packages wait, read again once anything was committed.
final class KnownWaiting: Sendable {
    private let known = Mutex<(mark: CommitMark, times: [UInt64])?>(nil)

    /// When each package that waits or is ready was accepted, in Unix seconds, in no order that means anything.
    func times(in store: SchedulerStore) throws(SchedulerDirectoryError) -> [UInt64] {
        // Before it is read: what is committed after this is read the next time.
        let mark = try durably { try store.commitMark() }
        if let known = known.withLock({ $0 }), known.mark == mark { return known.times }
        let times = try durably { try store.waitingSince() }
        if let mark { known.withLock { $0 = (mark, times) } }
        return times
    }
}
