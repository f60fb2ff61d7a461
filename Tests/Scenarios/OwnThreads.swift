import TestSupport
import Testing

/// Runs each test of a suite on a thread of its own.
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
    /// Runs each test on a thread of its own.
    static var ownThreads: Self { OwnThreads() }
}
