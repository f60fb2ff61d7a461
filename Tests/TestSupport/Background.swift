import Foundation

/// Something that blocks and runs on a thread of its own, so that it takes none from the other tests.
public struct Background<Value: Sendable>: Sendable {
    private let outcome: AsyncThrowingStream<Value, any Error>

    /// Starts at once.
    public init(_ body: @escaping @Sendable () throws -> Value) {
        outcome = AsyncThrowingStream { continuation in
            Thread.detachNewThread {
                do {
                    continuation.yield(try body())
                    continuation.finish()
                } catch { continuation.finish(throwing: error) }
            }
        }
    }

    /// What it gave or threw, to be asked for once.
    ///
    /// A test that its time limit cancels waits no longer.
    public var value: Value {
        get async throws {
            for try await value in outcome { return value }
            throw CancellationError()
        }
    }
}
