import Attestation
import SchedulerCore
public import SchedulerDirectory
public import SchedulerDocuments

/// What crossed the link in one minute.
public struct LinkMinute: Hashable, Sendable {
    /// How many minutes ago it was; 0 for the minute under way.
    public let ago: Int
    /// Bytes of requests to the enclave.
    public let sent: Int
    /// Bytes of answers from it.
    public let received: Int

    /// Takes all of it.
    public init(ago: Int, sent: Int, received: Int) { (self.ago, self.sent, self.received) = (ago, sent, received) }
}

extension Page {
    /// How the service is; the minutes of the link come oldest first.
    public static func health(
        _ health: HealthDocument, _ figures: Figures, _ repositories: [RepositoryStatus], link: [LinkMinute]
    ) -> Page {
        let databases = repositories.flatMap(\.databases)
        var values = StateBadge.values(health.status)
        values["sentence"] = sentence(health)
        values["hasUnpublished"] = !health.unpublished.isEmpty
        values["unpublished"] = health.unpublished.map { late in
            [
                "database": "\(late.repository)/\(late.architecture)", "signed": "\(late.signedSerial)",
                "published": late.publishedSerial.map { "\($0)" } ?? "none",
                "since": Words.time(Timestamp(parsing: late.since)?.seconds),
            ] as [String: Any]
        }
        values["version"] = health.version
        values["incoming"] = Words.count(health.incoming, "file", "files")
        if let pass = health.lastPass {
            values["pass"] =
                [
                    "at": Words.time(Timestamp(parsing: pass.endedAt)?.seconds), "milliseconds": "\(pass.milliseconds)",
                ] as [String: Any]
        }
        values["charts"] = [waiting(figures).values, jobs(figures).values, linkUse(link).values]
        values["hasDatabases"] = !databases.isEmpty
        values["databases"] = databases.map { database in
            StateBadge.values(database.freshness.rawValue).merging([
                "database": "\(database.repository)/\(database.architecture)", "serial": "\(database.serial)",
                "signed": Words.time(database.signedAt), "expires": Words.time(database.expiresAt),
            ]) { $1 }
        }
        return Page(.health, title: "Health", section: .health, values)
    }

    private static func sentence(_ health: HealthDocument) -> String {
        if health.status == "ok" { return "The service runs and can read its directory." }
        return health.lastPass?.succeeded == false
            ? "The last pass did not come to its end; the log says why."
            : "What was signed is not published; the log says why."
    }

    private static func waiting(_ figures: Figures) -> BarChart {
        var begin: Int?
        let places = figures.waiting.map { span in
            defer { begin = span.hours }
            let mark = span.hours.map { "< \(hours($0))" } ?? "≥ \(hours(begin ?? 0))"
            return BarChart.Place(label: mark, mark: mark, values: [span.count])
        }
        let count = figures.waiting.map(\.count).reduce(0, +)
        return BarChart(
            caption: "Waiting time", total: Words.count(count, "package waits", "packages wait"), across: "Waits for",
            series: ["Packages"], places: places)
    }

    private static func hours(_ hours: Int) -> String { hours < 48 ? "\(hours) h" : "\(hours / 24) d" }

    private static func jobs(_ figures: Figures) -> BarChart {
        let last = figures.jobs.count - 1
        let places = figures.jobs.enumerated().map { index, hour in
            let label = last == index ? "this hour" : "\(last - index) h ago"
            let isMarked = (last - index) % 6 == 0
            return BarChart.Place(
                label: label, mark: isMarked ? (last == index ? "now" : "−\(last - index) h") : nil,
                values: [hour.signed, hour.refused])
        }
        let signed = figures.jobs.map(\.signed).reduce(0, +)
        let refused = figures.jobs.map(\.refused).reduce(0, +)
        return BarChart(
            caption: "Jobs in 24 hours", total: "\(signed) signed, \(refused) refused", across: "Hour",
            series: ["signed", "refused"], places: places)
    }

    private static func linkUse(_ minutes: [LinkMinute]) -> BarChart {
        let places = minutes.map { minute in
            BarChart.Place(
                label: minute.ago == 0 ? "this minute" : "\(minute.ago) min ago",
                mark: minute.ago % 15 == 0 ? (minute.ago == 0 ? "now" : "−\(minute.ago) min") : nil,
                values: [minute.sent, minute.received])
        }
        let sent = minutes.map(\.sent).reduce(0, +)
        let received = minutes.map(\.received).reduce(0, +)
        return BarChart(
            caption: "Link use in an hour",
            total: "\(Words.size(UInt64(sent))) there, \(Words.size(UInt64(received))) back", across: "Minute",
            series: ["to the enclave", "from the enclave"], places: places, classes: ["first", "third"],
            words: { Words.size(UInt64($0)) })
    }
}
