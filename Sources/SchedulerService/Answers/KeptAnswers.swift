import NIOCore
import Synchronization

/// The last answers, each for as long as what it was made of stays the same.
///
/// Their number and their bytes are bounded; the one that was not asked for the longest goes first.
final class KeptAnswers<Basis: Hashable & Sendable>: Sendable {
    /// How much is kept.
    struct Limits: Sendable {
        /// How many answers.
        var count = 256
        /// How many bytes of all answers and what they are known by.
        var bytes = 16 << 20
        /// How many bytes of one answer; larger ones are made each time.
        var largest = 1 << 20
    }

    private struct Entry {
        let basis: Basis
        let answer: KeptAnswer
        let bytes: Int
        var lastUse: UInt64
    }

    /// Taken by whoever makes an answer while others wait for the same.
    private final class Turn: Sendable {
        let taken = Mutex(())
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
        var turns: [String: (turn: Turn, users: Int)] = [:]
    }

    private let limits: Limits
    private let state = Mutex(State())

    /// Nothing is kept yet.
    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// How many answers and bytes are kept.
    var size: (count: Int, bytes: Int) { state.withLock { ($0.entries.count, $0.bytes) } }

    /// The answer that was kept under a key, if it was made of the same.
    func answer(to key: String, on basis: Basis) -> KeptAnswer? {
        state.withLock { state in
            guard let entry = state.entries[key], entry.basis == basis else { return nil }
            state.uses += 1
            state.entries[key]?.lastUse = state.uses
            return entry.answer
        }
    }

    /// The answer under a key, which is made by one of those who ask at once, while the others wait for it.
    ///
    /// `basis` tells what it would be made of now, nil if that cannot be told: then it is not kept.
    func answer(to key: String, on basis: () -> Basis?, make: () throws -> KeptAnswer) throws -> KeptAnswer {
        guard let asked = basis() else { return try make() }
        let turn = turn(for: key)
        defer { leave(key) }
        return try turn.taken.withLock { _ in
            // What another made meanwhile may be of the moment when this was asked for.
            if let kept = answer(to: key, on: asked) { return kept }
            // Before it is made: what changes while it is made makes it another the next time.
            guard let now = basis() else { return try make() }
            if let kept = answer(to: key, on: now) { return kept }
            let answer = try make()
            keep(answer, under: key, on: now)
            return answer
        }
    }

    private func keep(_ answer: KeptAnswer, under key: String, on basis: Basis) {
        let bytes = answer.body.readableBytes + key.utf8.count
        state.withLock { state in
            if let old = state.entries.removeValue(forKey: key) { state.bytes -= old.bytes }
            guard answer.body.readableBytes <= limits.largest else { return }
            state.uses += 1
            state.entries[key] = Entry(basis: basis, answer: answer, bytes: bytes, lastUse: state.uses)
            state.bytes += bytes
            while state.entries.count > limits.count || state.bytes > limits.bytes,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
                state.bytes -= oldest.value.bytes
            }
        }
    }

    private func turn(for key: String) -> Turn {
        state.withLock { state in
            let (turn, users) = state.turns[key] ?? (turn: Turn(), users: 0)
            state.turns[key] = (turn, users + 1)
            return turn
        }
    }

    private func leave(_ key: String) {
        state.withLock { state in
            guard let (turn, users) = state.turns[key] else { return }
            state.turns[key] = users > 1 ? (turn, users - 1) : nil
        }
    }
}
