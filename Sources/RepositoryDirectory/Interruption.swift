import Glibc
import Synchronization

/// What becomes of the repositories' locks when a signal asks this process to end.
///
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT remove the locks and drafts of this process before it ends, unless the program handles
/// or ignores the signal itself. What a publication has begun to switch is finished first.
public enum Interruption {
    /// Replaces the end of the process by the signal, once everything is removed, by words and an exit status of the caller's.
    public static func setFarewell(_ farewell: @escaping @Sendable (_ signal: Int32) -> Never) {
        state.withLock { $0.farewell = farewell }
    }

    /// A lock of this process, and where drafts may lie beside the generations.
    struct Holding: Equatable, Sendable {
        let lock: LockFile
        let store: String

        /// Removes what another process would stumble over or have to tidy up.
        func remove() {
            for name in (try? Files.names(store)) ?? [] where name.hasPrefix(Draft.namePrefix) {
                try? DirectoryChanges().removeIfPresent("\(store)/\(name)")
            }
            DirectoryChanges().removeEmptyStore(store)
            lock.remove()
        }
    }

    private struct State: Sendable {
        var isWatching = false
        var holdings: [Holding] = []
        var farewell: @Sendable (Int32) -> Never = { number in
            signal(number, SIG_DFL)
            unblockSignals()
            raise(number)
            // Not reached; the status is that by which shells tell of a signal.
            _exit(128 + number)
        }
    }

    private static let state = Mutex(State())

    /// Does something that no signal ends halfway.
    static func deferring(
        _ body: () throws(RepositoryDirectoryError) -> Void
    ) throws(RepositoryDirectoryError) {
        try state.withLock { _ throws(RepositoryDirectoryError) in try body() }
    }

    /// Takes a lock, which a signal removes from then on.
    static func hold(
        store: String, _ take: () throws(RepositoryDirectoryError) -> LockFile
    ) throws(RepositoryDirectoryError) -> Holding {
        try state.withLock { state throws(RepositoryDirectoryError) in
            if !state.isWatching {
                try SignalWatch.begin()
                state.isWatching = true
            }
            let holding = Holding(lock: try take(), store: store)
            state.holdings.append(holding)
            return holding
        }
    }

    /// Gives a lock back.
    static func release(_ holding: Holding) {
        state.withLock { state in
            holding.lock.remove()
            state.holdings.removeAll { $0 == holding }
        }
    }

    /// Removes everything and says farewell.
    static func end(by number: Int32) -> Never {
        state.withLock { state in
            for holding in state.holdings { holding.remove() }
            // The others cannot go on, because what they would do next needs the mutex that is held here.
            state.farewell(number)
        }
    }

    /// The signals that ask a process to end.
    static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Lets these signals come to this thread, which has its mask from some thread of the program (pthread_create(3)).
    static func unblockSignals() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in signals { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
