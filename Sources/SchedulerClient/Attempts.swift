import Synchronization

/// When something was last achieved, from which patience counts.
final class Achievement: Sendable {
    private let last = Mutex(ContinuousClock.now)

    var time: ContinuousClock.Instant { last.withLock { $0 } }

    func renew() { last.withLock { $0 = .now } }
}

/// Which servers got all bytes of a package, or may have.
final class Sent: Sendable {
    private let servers = Mutex<Set<ServerAddress>>([])

    func contains(_ server: ServerAddress) -> Bool { servers.withLock { $0.contains(server) } }

    func insert(_ server: ServerAddress) { servers.withLock { _ = $0.insert(server) } }
}
