import Foundation
import Testing

/// Runs the tests of a suite on threads of their own, as many at a time as there are cores.
///
/// Whoever waits for a program for minutes would otherwise hold one of the few threads on which the tasks of all tests take turns.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadPerJob.shared) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// Runs the tests on threads of their own.
    static var ownThreads: Self { OwnThreads() }
}

/// An executor that starts a thread for each job; they take turns.
private final class ThreadPerJob: TaskExecutor {
    static let shared = ThreadPerJob()

    private let turns = DispatchSemaphore(value: ProcessInfo.processInfo.activeProcessorCount)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { [self] in
            turns.wait()
            defer { turns.signal() }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
