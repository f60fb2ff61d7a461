import Synchronization

/// Tells work on another thread that it is to end early.
final class StopSign: Sendable {
    private let given = Atomic(false)

    /// Whether it is to end.
    var isGiven: Bool { given.load(ordering: .relaxed) }

    /// Has it end.
    func give() { given.store(true, ordering: .relaxed) }
}
