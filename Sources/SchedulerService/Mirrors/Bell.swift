/// Wakes one task: when somebody rings, and otherwise now and then.
struct Bell: Sendable {
    private let rings: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation

    init() { (rings, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Wakes the task, or has it look once more when it is done with what it is at.
    func ring() { ringer.yield() }

    /// Runs the body at each ring, and after each pause, until the task is cancelled.
    func forEach(orAfter pause: Duration, _ body: () async -> Void) async {
        let clock = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: pause)
                ring()
            }
        }
        for await _ in rings { await body() }
        clock.cancel()
    }
}
