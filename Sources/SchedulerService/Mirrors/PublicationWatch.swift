import Descriptors
import Logging
import SchedulerDirectory

/// Looks, now and then, whether all that is signed is published, whoever failed to publish it.
struct PublicationWatch: Sendable {
    private static let pause = Duration.seconds(10)
    /// How often it is said that something is not published.
    private static let repetition = Duration.seconds(300)

    let home: SchedulerHome
    let metrics: PrometheusMetrics
    let logger: Logger
    /// Is told of what is not published, under way or not.
    let onUnpublished: @Sendable ([UnpublishedDatabase]) -> Void

    /// Looks until the task is cancelled.
    func run() async {
        var toldAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            let unpublished = await look()
            if unpublished.isEmpty {
                toldAt = nil
            } else if toldAt.map({ ContinuousClock.now - $0 >= Self.repetition }) ?? true {
                if tell(of: unpublished) { toldAt = .now }
            }
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// What is not published now; nothing if that cannot be found out, which is logged.
    func look() async -> [UnpublishedDatabase] {
        let outcome = try? await BlockingThreads.publishing.run { [home] in
            Result { (try home.unpublished(), try home.overview().databases) }
        }
        switch outcome {
        case nil: return []
        case .success((let unpublished, let databases)):
            ServiceMetrics(metrics: metrics).note(unpublished, among: databases, at: SystemClock.realtimeSeconds())
            if !unpublished.isEmpty { onUnpublished(unpublished) }
            return unpublished
        case .failure(let error):
            logger.error("what is published cannot be looked at", metadata: ["reason": "\(error)"])
            return []
        }
    }

    /// Logs what is overdue; false if nothing is.
    private func tell(of unpublished: [UnpublishedDatabase]) -> Bool {
        let now = SystemClock.realtimeSeconds()
        let overdue = unpublished.filter { $0.isOverdue(at: now) }
        for database in overdue {
            logger.error(
                "signed but not published",
                metadata: [
                    "database": "\(database.repository)/\(database.architecture)", "signed": "\(database.signed)",
                    "published": "\(database.published ?? 0)", "seconds": "\(now - database.since)",
                ])
        }
        return !overdue.isEmpty
    }
}
