import Synchronization

@testable import RepositoryDirectory

/// Counts the changes on the disk, and from a certain one on lets none happen any more, as if the process had been killed.
final class Failpoints: Sendable {
    private let state: Mutex<(reached: [DirectoryChanges.Change], limit: Int)>

    /// Lets `limit` changes happen.
    init(limit: Int = .max) { state = Mutex(([], limit)) }

    /// What happened, in this order.
    var reached: [DirectoryChanges.Change] { state.withLock { $0.reached } }

    /// The directory, changed only as far as the limit lets it.
    func watching(_ directory: RepositoryDirectory) -> RepositoryDirectory {
        var watched = directory
        watched.changes.before = { [self] change throws(RepositoryDirectoryError) in try reach(change) }
        return watched
    }

    private func reach(_ change: DirectoryChanges.Change) throws(RepositoryDirectoryError) {
        let isPast = state.withLock { state in
            if state.reached.count < state.limit { state.reached.append(change) } else { return true }
            return false
        }
        if isPast { throw .refused(field: "test", expected: "interrupted") }
    }
}
