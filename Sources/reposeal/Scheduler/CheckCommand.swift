import ArgumentParser
import Glibc
import NagiosPlugin
import SchedulerClient

/// `reposeal check`: a plugin for Nagios and its kin.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tell monitoring how a scheduler is, as a Nagios plugin.",
        discussion: """
            Prints one line, STATE - text | performance data, and ends with 0 for OK, 1 for WARNING, 2 for CRITICAL and 3 \
            for UNKNOWN. Without the name of a check all are made, and the worst of them counts.

              queue     seconds that work waits which needs nobody's statement any more (900, 3600)
              enclave   seconds until the enclave answered; one that signs nothing is critical (10, 30)
              passes    seconds since the last pass ended; one that failed is critical (900, 3600)
              expiry    seconds until signatures of a database expire (432000:, 172800:)
              policy    seconds until the policy expires; one that has is critical (2592000:, 1:)
              disk      bytes that are free on the scheduler's disk (5368709120:, 1073741824:)
              published seconds that something signed is not published (300, 1800)
              mirrors   seconds that a mirror has not shown what is published; one that shows something else is critical (3600, 86400)

            The ranges outside of which it warns, or is critical, are those in parentheses, or what --warning and --critical \
            say, as the Monitoring Plugins Development Guidelines write them. A scheduler's service cannot be asked about \
            the enclave or mirrors, and a directory not about passes.

                $ reposeal check --scheduler /srv/reposeal
                $ reposeal check expiry --server https://a.example -w 604800: -c 259200:
            """)

    @Argument(help: "Which check (default: all).")
    var check: WatchedThing?

    @OptionGroup var place: SchedulerPlace

    @Option(name: [.short, .long], help: ArgumentHelp("Warn outside of this range.", valueName: "range"))
    var warning: String?

    @Option(name: [.short, .long], help: ArgumentHelp("Be critical outside of this range.", valueName: "range"))
    var critical: String?

    func validate() throws {
        if check == nil, warning != nil || critical != nil {
            throw ValidationError("--warning and --critical need the name of a check")
        }
        for (name, text) in [("--warning", warning), ("--critical", critical)] {
            if let text, ThresholdRange(text) == nil {
                throw ValidationError("\(name): expected a range [@][start:][end]")
            }
        }
    }

    func run() async throws {
        let report: PluginReport
        do {
            let watched = try await watched()
            let checks = check.map { [$0] } ?? watched.checks
            var reports: [PluginReport] = []
            for check in checks {
                reports.append(await Self.report { try await watched.report(on: check, limits(of: check)) })
            }
            report = reports.count == 1 ? reports[0] : PluginReport(joining: reports)
        } catch {
            report = PluginReport("\(error)", state: .unknown)
        }
        print(Terminal.plain(report.line))
        throw ExitCode(report.state.rawValue)
    }

    private static func report(_ make: () async throws -> PluginReport) async -> PluginReport {
        do { return try await make() } catch { return PluginReport("\(error)", state: .unknown) }
    }

    private func watched() async throws -> any Watched {
        switch try place.choice() {
        case .directory(let home): WatchedDirectory(home: home)
        // Monitoring asks again soon enough.
        case .servers(let servers): WatchedService(client: SchedulerClient(servers, patience: .seconds(5)))
        }
    }

    private func limits(of check: WatchedThing) -> Limits {
        let standard = check.limits
        return Limits(
            warning: ThresholdRange(warning ?? standard.warning),
            critical: ThresholdRange(critical ?? standard.critical))
    }
}

/// The ranges outside of which a value is to be told of.
struct Limits {
    let warning, critical: ThresholdRange?

    /// A value that is held against the ranges.
    func value(_ label: String, _ value: Double, unit: String = "") -> PerformanceValue {
        PerformanceValue(label, value, unit: unit, warning: warning, critical: critical)
    }
}

/// What can be watched of a scheduler.
enum WatchedThing: String, CaseIterable, ExpressibleByArgument {
    case queue, enclave, passes, expiry, policy, disk, published, mirrors

    /// The ranges where nobody says others.
    var limits: (warning: String, critical: String) {
        switch self {
        case .queue, .passes: ("900", "3600")
        case .enclave: ("10", "30")
        case .expiry: ("432000:", "172800:")
        case .policy: ("2592000:", "1:")
        case .disk: ("5368709120:", "1073741824:")
        case .published: ("300", "1800")
        case .mirrors: ("3600", "86400")
        }
    }
}
