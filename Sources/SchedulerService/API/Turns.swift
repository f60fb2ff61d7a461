import Synchronization

/// Gives out a turn to one at a time.
final class Turns: Sendable {
    private let isTaken = Atomic(false)

    /// A turn, or nil while somebody holds one.
    func take() -> Turn? {
        isTaken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
            ? Turn(of: self) : nil
    }

    /// A turn, which ends when it is ended or nobody holds it any more.
    final class Turn: Sendable {
        private let turns: Turns
        private let isOver = Atomic(false)

        fileprivate init(of turns: Turns) { self.turns = turns }

        deinit { end() }

        /// Lets the next one have a turn.
        func end() {
            guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
            turns.isTaken.store(false, ordering: .releasing)
        }
    }
}
