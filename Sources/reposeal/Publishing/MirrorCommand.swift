import ArgumentParser
import Descriptors
import FoundationEssentials
import Glibc
import Mirrors
import Publisher
import SchedulerDirectory

/// `reposeal mirror`: copies to mirrors, and what they show.
struct MirrorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mirror",
        abstract: "Copy what is published to mirrors, and check what they show.",
        discussion: """
            The mirrors stand in mirrors.json in the scheduler's directory:

                {"published": "/srv/mirror",
                 "mirrors": [
                   {"name": "north", "address": "rsync://reposeal@north.example/harbour",
                    "passwordFile": "north.password", "readBack": "https://north.example/harbour"},
                   {"name": "south", "address": "reposeal@south.example:/srv/http/harbour",
                    "ssh": {"identity": "south.key", "knownHosts": "south.hosts"}}]}

            published is what reposeal publish --to wrote. A mirror is a module of an rsync daemon, a folder behind ssh, or \
            a folder of this machine. It is read back from readBack, where clients read it, or by rsync.
            """,
        subcommands: [Sync.self, Check.self])

    /// `reposeal mirror sync`.
    struct Sync: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy what is published to the mirrors, and read each back.",
            discussion: """
                All mirrors are copied to at the same time, packages before databases, and each database with its files \
                database and signatures changes by one rename. A mirror that fails is tried again by itself. Packages that \
                no database names any more go after keepSeconds (default: fourteen days), here and then there. The exit \
                status is 0 if every mirror shows everything.

                A mirror that has a database with a higher serial than the published one is not copied to; what it says begins \
                with publishedIsNewer. --replace-newer copies all the same, as it does for reposeal publish.

                    $ reposeal mirror sync --scheduler /srv/reposeal
                """)

        @OptionGroup var scheduler: SchedulerOptions
        @OptionGroup var choice: Choice

        @Flag(help: "Copy over databases that a mirror has with a higher serial than the published ones.")
        var replaceNewer = false

        func run() async throws {
            let report = try await scheduler.home().synchronizeMirrors(
                named: choice.names, replacingNewer: replaceNewer,
                progress: isatty(STDERR_FILENO) == 1 ? Self.show : Self.showRetries)
            if isatty(STDERR_FILENO) == 1 { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
            if choice.json { try printJSON(SyncJSON(report)) } else { Self.show(report) }
            if !report.isComplete { throw ExitCode.failure }
        }

        @Sendable private static func show(_ event: MirrorEvent) {
            guard case .progress(let mirror, let pass, let percent) = event else { return showRetries(event) }
            // What is written next takes its place.
            Terminal.write("\r\(mirror): \(pass) \(percent) %\u{1b}[K", to: STDERR_FILENO)
        }

        @Sendable private static func showRetries(_ event: MirrorEvent) {
            guard case .retry(let mirror, let reason, let milliseconds) = event else { return }
            Terminal.complain("\(mirror): \(reason); the next try is in \(milliseconds) ms")
        }

        private static func show(_ report: MirrorSyncReport) {
            if let failure = report.cleaningFailure { Terminal.complain("nothing was cleaned away: \(failure)") }
            for path in report.cleaning?.removed ?? [] { print("removed \(path)") }
            for mirror in report.mirrors {
                guard let failure = mirror.failure else {
                    mirror.status.show()
                    continue
                }
                print("\(mirror.name): \(Terminal.styled("failed", .bad)) after \(mirror.attempts) tries: \(failure)")
            }
        }
    }

    /// `reposeal mirror check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read mirrors as clients do, and compare them with what is published.",
            discussion: """
                Both databases must match their signatures, which must be good by the policy and not expired, and be the \
                published ones; the packages that came last must be there. The exit status is 0 if all mirrors are current, \
                1 if one lags, 3 if one cannot be asked, and 2 if one shows something else.

                    $ reposeal mirror check --scheduler /srv/reposeal
                """)

        @OptionGroup var scheduler: SchedulerOptions
        @OptionGroup var choice: Choice

        func run() async throws {
            let found: [MirrorStatus]
            do {
                found = try await scheduler.home().checkMirrors(named: choice.names)
            } catch {
                Terminal.complain("\(error)")
                throw ExitCode(MirrorStatus.State.unreachable.exitStatus)
            }
            if choice.json { try printJSON(found.map(MirrorJSON.init)) } else { found.forEach { $0.show() } }
            let worst = found.map(\.state).max() ?? .current
            if worst != .current { throw ExitCode(worst.exitStatus) }
        }
    }

    /// Which mirrors, and how the result is shown.
    struct Choice: ParsableArguments {
        @Argument(help: ArgumentHelp("Only these mirrors.", valueName: "name"))
        var names: [String] = []

        @Flag(help: "Print the result as JSON.")
        var json = false
    }
}

extension MirrorStatus.State {
    /// The exit status as monitoring systems read it: warning, critical, unknown.
    fileprivate var exitStatus: Int32 {
        switch self {
        case .current: 0
        case .lagging: 1
        case .wrong: 2
        case .unreachable: 3
        }
    }
}

extension MirrorStatus {
    /// Prints a line, and one for each finding.
    fileprivate func show() {
        let databases = serials.sorted { $0.key < $1.key }.map { "\($0.key) serial \($0.value)" }
        let words = [state.rawValue] + databases
        print("\(mirror): \(Terminal.styled(words.joined(separator: ", "), state == .current ? .good : .bad))")
        for finding in findings { print("    \(finding.state.rawValue): \(Terminal.plain(finding.sentence))") }
    }
}

/// What a mirror shows, as JSON.
private struct MirrorJSON: Encodable {
    struct Finding: Encodable { let state, sentence: String }
    let mirror, state: String
    let findings: [Finding]
    let serials: [String: UInt64]
    let lastSync: String?

    init(_ status: MirrorStatus) {
        mirror = status.mirror
        state = status.state.rawValue
        findings = status.findings.map { Finding(state: $0.state.rawValue, sentence: $0.sentence) }
        serials = status.serials
        lastSync = status.lastSync.map(\.timeText)
    }
}

/// A synchronisation as JSON.
private struct SyncJSON: Encodable {
    struct Mirror: Encodable {
        let mirror: String
        let attempts: Int
        let failure: String?
        let status: MirrorJSON
    }
    let removed: [String]
    let waiting: Int?
    let cleaningFailure: String?
    let mirrors: [Mirror]
    let complete: Bool

    init(_ report: MirrorSyncReport) {
        removed = report.cleaning?.removed ?? []
        waiting = report.cleaning?.waiting
        cleaningFailure = report.cleaningFailure
        mirrors = report.mirrors.map {
            Mirror(mirror: $0.name, attempts: $0.attempts, failure: $0.failure, status: MirrorJSON($0.status))
        }
        complete = report.isComplete
    }
}
