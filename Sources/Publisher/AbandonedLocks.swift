import Descriptors
import Glibc
import RepositoryDirectory

/// The locks of repositories in a published directory whose makers were killed or lost their power.
///
/// Nobody breaks such a lock by its look alone, since repo-add may be behind it. Whoever holds the `TreeLock` knows more: no
/// other publication is under way, and which process began the last one and did not end it.
struct AbandonedLocks {
    /// How long a lock has no process id in it at most, in seconds.
    private static let writingTime: UInt64 = 60

    let tree: PublishedTree
    /// The process that began a publication and did not end it.
    let publisher: Int?

    /// Removes them.
    func remove() throws(PublisherError) {
        for folder in try tree.folders() {
            guard let lock = folder.directory.foundLock, try isAbandoned(lock) else { continue }
            try publishing { try FileSystem.remove(lock.path) }
        }
    }

    private func isAbandoned(_ lock: FoundLock) throws(PublisherError) -> Bool {
        guard let changed = try publishing({ try DurableFile.changeTime(of: lock.path) }) else { return false }
        let now = SystemClock.realtimeSeconds()
        guard let owner = lock.owner else { return now > changed && now - changed > Self.writingTime }
        let sinceStart = SystemClock.bootNanoseconds() / 1_000_000_000
        // One second for what both clocks leave out.
        let isOlderThanStart = now > sinceStart + 1 && changed < now - sinceStart - 1
        return (owner == publisher || isOlderThanStart) && !Self.isRunning(owner)
    }

    /// Whether another process has this id now.
    private static func isRunning(_ id: Int) -> Bool {
        guard let id = Int32(exactly: id), id > 0, id != getpid() else { return false }
        return kill(id, 0) == 0 || errno != ESRCH
    }
}
