import Descriptors
import Logging
public import ServiceLifecycle
import UploadStore

/// Removes, now and then, the uploads with which nobody went on.
public struct UploadSweep: Service {
    private static let pause = Duration.seconds(600)

    private let store: UploadStore
    private let logger: Logger

    init(of store: UploadStore, logger: Logger) { (self.store, self.logger) = (store, logger) }

    /// Sweeps until the service group shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await BlockingThreads.uploads.run { [store] in
                        try store.removeExpired(now: SystemClock.realtimeSeconds())
                    }
                    if count > 0 { logger.info("unfinished uploads removed", metadata: ["count": "\(count)"]) }
                } catch {
                    logger.error("\(error)")
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
