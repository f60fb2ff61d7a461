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
    /// How long looking for what lacks a signature, or is due, may wait for passes that sign.
    private static let longestDeferral = Duration.seconds(3600)

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
            var renewals = Renewals()
            arrivals.ring()
            await arrivals.forEach(orAfter: .seconds(1)) {
                let isIdle = lastPass.map { ContinuousClock.now - $0 < idle } ?? false
                guard !isIdle || renewals.areOwed || ((try? home.incomingCount()) ?? 0) > 0 else { return }
                let succeeded = await pass(&renewals)
                lastPass = .now
                // What lies in incoming would otherwise start the next pass at once, into the same trouble.
                if !succeeded { try? await Task.sleep(for: .seconds(5)) }
            }
        }
    }

    /// When it was last looked for what lacks a signature or is due, and whether a pass left that to the next one.
    private struct Renewals {
        var madeAt = ContinuousClock.now
        var areOwed = false
    }

    /// Signs what is ready, tells of it so that it is published, and sees to what is due unless it signed something: then
    /// publishing does not wait for that, nor for the directory's lock.
    private func pass(_ renewals: inout Renewals) async -> Bool {
        let start = ContinuousClock.now
        guard let signing = await step({ try $0.sign(listing: false) }) else { return true }
        var outcomes = [signing]
        renewals.areOwed = signing.hasSigned && start - renewals.madeAt < Self.longestDeferral
        if signing.succeeded, !renewals.areOwed {
            guard let renewal = await step({ try $0.refresh(onlyDue: true) }) else { return true }
            outcomes.append(renewal)
            renewals.madeAt = .now
        }
        let duration = ContinuousClock.now - start
        let succeeded = outcomes.allSatisfy(\.succeeded)
        if succeeded, !renewals.areOwed {
            // What cannot be read is said to whoever asks for it.
            _ = try? await BlockingThreads.passes.run { [home] in try home.readAhead() }
        }
        ServiceMetrics(metrics: metrics).notePass(duration, succeeded: succeeded)
        health.note(
            HealthDocument.Pass(
                endedAt: SystemClock.realtimeSeconds(), succeeded: succeeded,
                milliseconds: UInt64(duration / .milliseconds(1))))
        return succeeded
    }

    private struct Outcome {
        let succeeded: Bool
        let hasSigned: Bool
    }

    /// One part of a pass, and how things stand after it; nil if the service group shut down before it began.
    private func step(
        _ work: @escaping @Sendable (SchedulerHome) throws -> PassReport
    ) async -> Outcome? {
        // A thread that may block, and that no cancellation interrupts.
        let outcome = try? await BlockingThreads.passes.run { [home] in
            Result { (report: try work(home), overview: try home.overview()) }
        }
        switch outcome {
        case nil: return nil
        case .success(let found):
            logger.log(found.report)
            onOverview(found.overview)
            try? await BlockingThreads.passes.run { FreeMemory.giveBack() }
            ServiceMetrics(metrics: metrics).note([found.report], found.overview)
            return Outcome(succeeded: true, hasSigned: found.report.jobs.contains(where: \.isSigned))
        case .failure(let error):
            logger.error("\(error)")
            return Outcome(succeeded: false, hasSigned: false)
        }
    }
}

extension JobReport {
    fileprivate var isSigned: Bool {
        guard case .signed = outcome else { return false }
        return true
    }
}
