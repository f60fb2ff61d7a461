import ALPMTypes
import Attestation
import Mirrors
import NagiosPlugin
import SchedulerClient
import SchedulerDirectory
import SchedulerDocuments
import SigningProtocol

/// A scheduler that is watched.
protocol Watched {
    /// What can be checked there.
    var checks: [WatchedThing] { get }

    /// Makes one check.
    func report(on thing: WatchedThing, _ limits: Limits) async throws -> PluginReport
}

/// A scheduler whose directory is here.
struct WatchedDirectory: Watched {
    let home: SchedulerHome

    var checks: [WatchedThing] {
        [.queue, .enclave, .expiry, .policy, .disk] + (hasMirrors ? [.published, .mirrors] : [])
    }

    /// A configuration that cannot be read is told of by its check.
    private var hasMirrors: Bool {
        do { return try home.mirrorRecords() != nil } catch { return true }
    }

    func report(on thing: WatchedThing, _ limits: Limits) throws -> PluginReport {
        switch thing {
        case .queue: return try .queue(since: home.vitals().oldestWork, limits)
        case .disk: return try .disk(free: home.vitals().freeBytes, limits)
        case .expiry:
            let databases = try home.overview().databases.map { ("\($0.repository)/\($0.architecture)", $0.expiresAt) }
            return .expiry(of: databases, limits)
        case .policy: return .policy(expires: try home.policyExpiry(), limits)
        case .enclave: return enclave(limits)
        case .published:
            return try .published(
                home.unpublished().map { late in
                    let there = late.published.map { "\($0)" } ?? "none"
                    return ("\(late.repository)/\(late.architecture)", "\(late.signed)", there, late.since)
                }, limits)
        case .mirrors: return try .mirrors(home.mirrorRecords() ?? [], limits)
        case .passes: throw CheckError("a directory knows nothing of passes: name a --server")
        }
    }

    private func enclave(_ limits: Limits) -> PluginReport {
        let start = ContinuousClock.now
        do {
            let status = try home.enclaveStatus()
            let time = limits.value("time", (ContinuousClock.now - start) / .seconds(1), unit: "s")
            let numbers = [
                time, PerformanceValue("leaves", Double(status.logSize)),
                PerformanceValue("equivocations", Double(status.health.equivocations)),
                PerformanceValue("quarantined", Double(status.health.quarantined)),
            ]
            guard status.state == "ready" else {
                let reason = status.health.lock.isEmpty ? "" : " (\(status.health.lock))"
                return PluginReport("the enclave is \(status.state)\(reason)", numbers, state: .critical)
            }
            if status.recovery != nil {
                return PluginReport(
                    "a policy that the recovery quorum announced waits to come into force", numbers, state: .critical)
            }
            return PluginReport("the enclave is ready", numbers)
        } catch SchedulerDirectoryError.locked(_, let holder) {
            return PluginReport("process \(holder) works on the directory and asks the enclave now", state: .unknown)
        } catch {
            return PluginReport("\(error)", state: .critical)
        }
    }
}

/// A scheduler's service.
struct WatchedService: Watched {
    let client: SchedulerClient

    var checks: [WatchedThing] { [.queue, .passes, .expiry, .policy, .disk, .published] }

    func report(on thing: WatchedThing, _ limits: Limits) async throws -> PluginReport {
        do {
            switch thing {
            case .queue: return try await .queue(since: client.health().oldestWorkAt?.seconds, limits)
            case .disk: return try await .disk(free: client.health().freeBytes, limits)
            case .expiry:
                let databases = try await client.repositories().flatMap { repository in
                    repository.databases.compactMap { database in
                        (database.expiresAt?.seconds).map { ("\(repository.name)/\(database.architecture)", $0) }
                    }
                }
                return .expiry(of: databases, limits)
            case .policy:
                guard let expires = try await client.health().policyExpiresAt?.seconds else {
                    return PluginReport("the service cannot read its policy", state: .unknown)
                }
                return .policy(expires: expires, limits)
            case .passes: return try await .pass(client.health().lastPass, limits)
            case .published:
                return try await .published(
                    client.health().unpublished.map { late in
                        let there = late.publishedSerial.map { "\($0)" } ?? "none"
                        return (
                            "\(late.repository)/\(late.architecture)", "\(late.signedSerial)", there,
                            late.since.seconds ?? 0
                        )
                    }, limits)
            case .enclave, .mirrors:
                throw CheckError("a service is not asked about the \(thing.rawValue): name its --scheduler directory")
            }
        } catch let error as SchedulerClientError {
            return PluginReport("\(error)", state: .critical)
        }
    }
}

/// Why a check cannot be made.
struct CheckError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension PluginReport {
    fileprivate static func queue(since oldest: UInt64?, _ limits: Limits) -> PluginReport {
        let age = oldest.map { Double(max(secondsNow(), $0) - $0) } ?? 0
        let words = oldest == nil ? "nothing waits for the scheduler" : "work waits for \(Int(age)) s"
        return PluginReport(words, [limits.value("age", age, unit: "s")])
    }

    fileprivate static func disk(free: UInt64, _ limits: Limits) -> PluginReport {
        PluginReport("\(free >> 20) MiB are free", [limits.value("free", Double(free), unit: "B")])
    }

    fileprivate static func published(
        _ late: [(name: String, signed: String, published: String, since: UInt64)], _ limits: Limits
    ) -> PluginReport {
        let now = secondsNow()
        let oldest = late.min { $0.since < $1.since }
        let age = oldest.map { max(now, $0.since) - $0.since } ?? 0
        let words =
            oldest.map { "\($0.name) is signed as serial \($0.signed), but published as \($0.published) for \(age) s" }
            ?? "all that is signed is published"
        return PluginReport(words, [limits.value("unpublished", Double(age), unit: "s")])
    }

    fileprivate static func mirrors(
        _ found: [(mirror: String, record: MirrorRecord?)], _ limits: Limits
    ) -> PluginReport {
        let now = secondsNow()
        // One that was in order counts from when it was last looked at.
        let lags = found.compactMap { mirror, record in
            record.map { record in
                let unseen = record.state == .current ? max(now, record.checkedAt) - record.checkedAt : 0
                return (mirror, max(record.lag(at: now), unseen), record.state)
            }
        }
        let numbers = lags.map { limits.value($0.0, Double($0.1), unit: "s") }
        if let wrong = lags.first(where: { $0.2 == .wrong }) {
            return PluginReport("the mirror \(wrong.0) shows what was never published so", numbers, state: .critical)
        }
        if let unseen = found.first(where: { $0.record == nil }) {
            return PluginReport("the mirror \(unseen.mirror) was never looked at", numbers, state: .unknown)
        }
        // Of two with one number, the one that is not in order.
        let last = lags.max { ($0.1, $0.2 == .current ? 0 : 1) < ($1.1, $1.2 == .current ? 0 : 1) }
        guard let last else { return PluginReport("no mirrors are configured") }
        guard last.2 != .current else {
            return PluginReport("the mirrors showed what is published up to \(last.1) s ago", numbers)
        }
        return PluginReport("the mirror \(last.0) has been \(last.2.rawValue) for \(last.1) s", numbers)
    }

    fileprivate static func pass(_ pass: HealthDocument.Pass?, _ limits: Limits) -> PluginReport {
        guard let pass, let end = pass.endedAt.seconds else {
            return PluginReport("no pass has ended yet", state: .warning)
        }
        let age = limits.value("age", Double(max(secondsNow(), end) - end), unit: "s")
        return pass.succeeded
            ? PluginReport("the last pass ended at \(pass.endedAt)", [age])
            : PluginReport("the last pass, which ended at \(pass.endedAt), failed", [age], state: .critical)
    }

    fileprivate static func policy(expires: UInt64, _ limits: Limits) -> PluginReport {
        let left = Double(expires) - Double(secondsNow())
        let hasExpired = left <= 0
        return PluginReport(
            "the policy \(hasExpired ? "expired" : "expires") at \(expires.timeText)",
            [limits.value("policy", left, unit: "s")], state: hasExpired ? .critical : nil)
    }

    fileprivate static func expiry(of databases: [(name: String, expiresAt: UInt64)], _ limits: Limits) -> PluginReport
    {
        guard let first = databases.min(by: { $0.expiresAt < $1.expiresAt }) else {
            return PluginReport("nothing is signed yet")
        }
        let now = Double(secondsNow())
        let words = now < Double(first.expiresAt) ? "expire at" : "expired at"
        return PluginReport(
            "the signatures of \(first.name) \(words) \(first.expiresAt.timeText)",
            databases.map { limits.value($0.name, Double($0.expiresAt) - now, unit: "s") })
    }
}

extension String {
    /// The Unix seconds of a time in RFC 3339; nil for other text.
    fileprivate var seconds: UInt64? { Timestamp(parsing: self)?.seconds }
}
