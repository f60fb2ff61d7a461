import Descriptors
public import Logging
public import Mirrors
import Publisher
public import SchedulerDirectory
public import ServiceLifecycle
import Synchronization

/// Publishes what is signed, and keeps every mirror at it.
///
/// Each mirror has a task of its own, so that one that is slow or down holds up no other. A transfer under way when the
/// service group shuts down is cut off, which no reader of a mirror notices, and is made up for after the next start.
public struct MirrorService: Service {
    private let home: SchedulerHome
    private let configuration: MirrorConfiguration
    private let metrics: PrometheusMetrics
    private let logger: Logger
    private let health = MirrorHealth()
    private let publishing = Bell()
    private let auditing = Bell()
    private let auditPause: Duration
    private let copying: [String: Bell]
    private let signed = Signed()

    /// What is signed, for all tasks of the service.
    private final class Signed: Sendable {
        let publications = Mutex(WantedPublications())
    }

    /// Publishes what a directory has, to where `configuration` says.
    ///
    /// All that is published is audited after the first publication, and again after each `auditPause`.
    public init(
        over home: SchedulerHome, _ configuration: MirrorConfiguration, metrics: PrometheusMetrics, logger: Logger,
        auditPause: Duration = .seconds(3600)
    ) {
        self.auditPause = auditPause
        (self.home, self.configuration, self.metrics, self.logger) = (home, configuration, metrics, logger)
        copying = Dictionary(uniqueKeysWithValues: configuration.mirrors.map { ($0.name, Bell()) })
    }

    /// Tells what stands signed after a pass.
    public func note(_ overview: Overview) {
        let serials = overview.databases.map { ("\($0.repository)/\($0.architecture)", $0.serial) }
        let isNew = signed.publications.withLock { $0.want(Dictionary(serials) { $1 }) }
        if isNew { publishing.ring() }
    }

    /// Publishes and copies until the service group shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // Copying and looking at mirrors waits for the disk in between, which would hold up every answer elsewhere.
            await withTaskExecutorPreference(BlockingThreads.mirrors) { await work() }
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await publish() }
            group.addTask { await audit() }
            group.addTask {
                await PublicationWatch(
                    home: home, metrics: metrics, logger: logger, onUnpublished: publishAgain
                ).run()
            }
            group.addTask { await showLags() }
            for mirror in configuration.mirrors { group.addTask { await keep(mirror) } }
        }
    }

    // MARK: Publishing

    /// Has what is signed published although no pass told of it, or it was published before.
    @Sendable private func publishAgain(_ unpublished: [UnpublishedDatabase]) {
        let isNews = signed.publications.withLock { $0.miss(unpublished) }
        if isNews { publishing.ring() }
    }

    private func publish() async {
        var cleanedAt: ContinuousClock.Instant?
        await publishing.forEach(orAfter: .seconds(60)) {
            if let attempt = signed.publications.withLock({ $0.attempt }) { await publish(attempt) }
            guard cleanedAt.map({ ContinuousClock.now - $0 > .seconds(3600) }) ?? true else { return }
            cleanedAt = .now
            await clean()
        }
    }

    private func publish(_ attempt: WantedPublications.Attempt) async {
        // A thread that may block.
        let outcome = try? await BlockingThreads.publishing.run { [home, configuration] in
            Result { try home.publish(to: configuration.published.path, auditing: false) }
        }
        switch outcome {
        case nil: return
        case .success(let reports):
            if reports.contains(where: \.isChanged) {
                let serials = attempt.serials.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                logger.info("published", metadata: ["serials": "\(serials.joined(separator: ","))"])
            }
            signed.publications.withLock { $0.end(attempt) }
            let isFirst = health.publications == 0
            health.notePublication(at: SystemClock.realtimeSeconds())
            if isFirst { auditing.ring() }
            for bell in copying.values { bell.ring() }
        case .failure(let error):
            var metadata: Logger.Metadata = ["reason": "\(error)"]
            if case SchedulerDirectoryError.publishedIsNewer = error { metadata["code"] = "\(NewerPublication.code)" }
            logger.error("not published", metadata: metadata)
        }
        try? await BlockingThreads.publishing.run { FreeMemory.giveBack() }
    }

    /// Reads all that is published, however long that takes, while publications go on.
    private func audit() async {
        await auditing.forEach(orAfter: auditPause) {
            guard health.publications > 0 else { return }
            let end = StopSign()
            let outcome = await withTaskCancellationHandler {
                try? await BlockingThreads.auditing.run { [home, configuration] in
                    defer { FreeMemory.giveBack() }
                    return Result { try home.audit(publishedAt: configuration.published.path) { end.isGiven } }
                }
            } onCancel: {
                end.give()
            }
            guard !end.isGiven else { return }
            switch outcome {
            case nil: return
            case .success(let reports):
                for report in reports {
                    logger.debug(
                        "audited",
                        metadata: [
                            "database": "\(report.repository)/\(report.architecture)",
                            "packages": "\(report.packagesPresent)",
                        ])
                }
            case .failure(let error):
                logger.error("published badly", metadata: ["reason": "\(error)"])
                // What can be put right is published again.
                signed.publications.withLock { $0.damage() }
                publishing.ring()
            }
        }
    }

    private func clean() async {
        do {
            let removed = try await home.mirrorSync(configuration) { _ in }.clean(now: SystemClock.realtimeSeconds())
                .removed
            for path in removed { logger.info("removed from the pool", metadata: ["file": "\(path)"]) }
        } catch { logger.error("nothing was removed from the pool", metadata: ["reason": "\(error)"]) }
    }

    // MARK: Copying

    /// Copies to one mirror when something was published, and often enough that it does not seem to lag.
    private func keep(_ mirror: Mirror) async {
        guard let bell = copying[mirror.name] else { return }
        var (copied, next) = (0, ContinuousClock.now + .seconds(Int64(configuration.lag / 4)))
        await bell.forEach(orAfter: .seconds(1)) {
            let publications = health.publications
            guard publications != copied || ContinuousClock.now >= next else { return }
            let isCurrent = await copy(to: mirror, isNew: publications != copied)
            copied = publications
            next = .now + .seconds(Int64(isCurrent ? configuration.lag / 4 : configuration.retry))
        }
    }

    private func copy(to mirror: Mirror, isNew: Bool) async -> Bool {
        let start = SystemClock.realtimeSeconds()
        do {
            let report = try await home.mirrorSync(configuration, progress: noteRetry).run(to: mirror, now: start)
            // What was cut off by the end of the service says nothing of the mirror.
            guard !Task.isCancelled else { return false }
            let record = try home.keep(report.status, from: start)
            var earlier: MirrorRecord?
            ServiceMetrics(metrics: metrics).note(record) {
                // Whoever shows lags does so before this is known or after all of it is shown.
                earlier = health.note(record, from: start)
                return health.lags(at: record.checkedAt)[mirror.name] ?? 0
            }
            log(record, attempts: report.attempts, isNews: isNew || earlier?.state != record.state)
            return record.state == .current
        } catch {
            guard !Task.isCancelled else { return false }
            ServiceMetrics(metrics: metrics).noteMirrorFailure(mirror.name)
            logger.error("mirror not copied to", metadata: ["mirror": "\(mirror.name)", "reason": "\(error)"])
            return false
        }
    }

    private func noteRetry(_ event: MirrorEvent) {
        guard case .retry(let mirror, let reason, let milliseconds) = event else { return }
        logger.warning(
            "mirror tried again",
            metadata: ["mirror": "\(mirror)", "reason": "\(reason)", "milliseconds": "\(milliseconds)"])
    }

    private func log(_ record: MirrorRecord, attempts: Int, isNews: Bool) {
        var metadata: Logger.Metadata = ["mirror": "\(record.mirror)", "attempts": "\(attempts)"]
        guard record.state == .current else {
            metadata["reason"] = "\(record.findings.map(\.sentence).joined(separator: "; "))"
            metadata["lag"] = "\(record.lag(at: record.checkedAt))"
            return logger.error("mirror \(record.state.rawValue)", metadata: metadata)
        }
        let serials = record.serials.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        metadata["serials"] = "\(serials.joined(separator: ","))"
        logger.log(level: isNews ? .info : .debug, "mirror current", metadata: metadata)
    }

    /// A mirror that nobody looks at lags more each second.
    private func showLags() async {
        while !Task.isCancelled {
            ServiceMetrics(metrics: metrics).noteMirrorLags { health.lags(at: SystemClock.realtimeSeconds()) }
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
