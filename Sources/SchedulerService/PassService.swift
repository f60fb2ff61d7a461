import CoreMetrics
import Descriptors
public import Logging
public import SchedulerDirectory
import SchedulerDocuments
public import ServiceLifecycle

/// Makes passes over the scheduler's directory: when something came in, and otherwise now and then, for what may be asked
/// again.
///
/// What came over the network begins a pass at once; what others put into `incoming` is seen within a second.
/// A pass under way when the service group shuts down comes to its end.
public struct PassService: Service {
    private let home: SchedulerHome
    private let arrivals: Bell
    private let idle: Duration
    private let health: ServiceHealth
    private let metrics: PrometheusMetrics
    private let logger: Logger
    private let onOverview: @Sendable (Overview) -> Void

    /// Passes over a directory; without anything new one is made after so many seconds.
    ///
    /// `onOverview` is told how things stand after each.
    public init(
        over home: SchedulerHome, collecting: Collecting, idleSeconds: Int, health: ServiceHealth,
        metrics: PrometheusMetrics, logger: Logger, onOverview: @escaping @Sendable (Overview) -> Void = { _ in }
    ) {
        arrivals = collecting.arrivals
        (self.home, idle, self.health, self.metrics, self.logger, self.onOverview) = (
            home, .seconds(idleSeconds), health, metrics, logger, onOverview
        )
    }

    /// Makes passes until the service group shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var lastPass: ContinuousClock.Instant?
            arrivals.ring()
            await arrivals.forEach(orAfter: .seconds(1)) {
                let isIdle = lastPass.map { ContinuousClock.now - $0 < idle } ?? false
                guard !isIdle || ((try? home.incomingCount()) ?? 0) > 0 else { return }
                let succeeded = await pass()
                lastPass = .now
                // What lies in incoming would otherwise start the next pass at once, into the same trouble.
                if !succeeded { try? await Task.sleep(for: .seconds(5)) }
            }
        }
    }

    private func pass() async -> Bool {
        let start = ContinuousClock.now
        // A thread that may block, and that no cancellation interrupts; nil if the service group shut down before it began.
        let outcome = try? await BlockingThreads.passes.run { [home] in
            Result {
                let reports = [try home.sign(listing: false), try home.refresh(onlyDue: true)]
                return (reports, try home.overview())
            }
        }
        guard let outcome else { return true }
        let duration = ContinuousClock.now - start
        let succeeded: Bool
        switch outcome {
        case .success((let reports, let overview)):
            for report in reports { logger.log(report) }
            ServiceMetrics(metrics: metrics).note(reports, overview)
            onOverview(overview)
            succeeded = true
        case .failure(let error):
            logger.error("\(error)")
            succeeded = false
        }
        ServiceMetrics(metrics: metrics).notePass(duration, succeeded: succeeded)
        health.note(
            HealthDocument.Pass(
                endedAt: SystemClock.realtimeSeconds(), succeeded: succeeded,
                milliseconds: UInt64(duration / .milliseconds(1))))
        return succeeded
    }
}
