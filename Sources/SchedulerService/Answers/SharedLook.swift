import Synchronization

/// A look at something that may wait for a disk, which serves everybody who asked before it began.
final class SharedLook<Value: Sendable>: Sendable {
    private struct State {
        var isUnderWay = false
        var waiting: [CheckedContinuation<Value, Never>] = []
    }

    /// Looks alone and at once.
    let now: @Sendable () -> Value
    private let threads: BlockingThreads
    private let state = Mutex(State())

    /// Looks on threads of a kind.
    init(on threads: BlockingThreads, _ now: @escaping @Sendable () -> Value) {
        (self.threads, self.now) = (threads, now)
    }

    /// What a look finds that begins after this call.
    func found() async -> Value {
        await withCheckedContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(continuation)
                defer { state.isUnderWay = true }
                return !state.isUnderWay
            }
            if begins { threads.start { self.serve() } }
        }
    }

    private func serve() {
        while true {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                state.isUnderWay = !state.waiting.isEmpty
                return state.waiting
            }
            if waiting.isEmpty { return }
            let value = now()
            for continuation in waiting { continuation.resume(returning: value) }
        }
    }
}
