import EnclaveClient
import Logging
import Synchronization

/// Writes into the log how far a long transfer has come.
final class TransferLog: Sendable {
    private let milestones = Mutex(TransferMilestones())
    private let logger: Logger
    private let start = ContinuousClock.now

    init(_ logger: Logger) { self.logger = logger }

    func note(_ progress: LinkProgress) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard let percentage = milestones.withLock({ $0.percentage(progress, at: seconds) }) else { return }
        logger.info(
            "transfer",
            metadata: [
                "direction": progress.direction == .toEnclave ? "to the enclave" : "from the enclave",
                "percent": "\(percentage)", "bytes": "\(progress.done)", "all": "\(progress.all)",
            ])
    }
}
