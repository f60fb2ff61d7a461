import Descriptors
import RepositoryDirectory

/// The locks of repositories in a published directory that a publication left which was killed or lost its power.
///
/// Nobody breaks such a lock by its look alone, since repo-add may be behind it. Whoever holds the `TreeLock` knows more: no
/// other publication is under way, and which process began the last one and did not end it.
struct AbandonedLocks {
    /// How long a lock has nobody written into it at most, in seconds.
    private static let writingTime: UInt64 = 60

    let tree: PublishedTree
    /// Who began a publication and did not end it.
    let abandoned: PublicationRecord
    /// Who removes them.
    let own: PublicationRecord

    /// Removes them.
    func remove() throws(PublisherError) {
        if abandoned.isRunning(besides: own) { return }
        for folder in try tree.folders() {
            guard let lock = folder.directory.foundLock, try isAbandoned(lock) else { continue }
            try publishing { try FileSystem.remove(lock.path) }
        }
    }

    private func isAbandoned(_ lock: FoundLock) throws(PublisherError) -> Bool {
        switch lock.owner {
        case .process(let id): return id == abandoned.process
        case .unknown: return false
        case .unwritten:
            guard let changed = try publishing({ try DurableFile.changeTime(of: lock.path) }) else { return false }
            let now = SystemClock.realtimeSeconds()
            return now > changed && now - changed > Self.writingTime
        }
    }
}
