import Logging
import ServiceLifecycle
import TestSupport

extension Service {
    /// Runs a body while the service runs, both on threads of their own, and shuts the service down as a signal does.
    ///
    /// A service has deadlines: behind the work of other tests, a request that was there in time would be answered as late.
    func running<Value>(
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, _ body: () async throws -> Value
    ) async throws -> Value {
        let group = ServiceGroup(configuration: .init(services: [self], logger: logger))
        let running = Task(executorPreference: ThreadPerJob.shared) { try await group.run() }
        let result: Result<Value, any Error>
        do {
            result = .success(try await withTaskExecutorPreference(ThreadPerJob.shared) { try await body() })
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await running.value
        return try result.get()
    }
}
