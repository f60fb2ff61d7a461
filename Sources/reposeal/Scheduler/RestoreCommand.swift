import ALPMTypes
import ArgumentParser
import Glibc
import Publisher
import SchedulerDirectory

/// `reposeal restore`: gives a scheduler back what was signed.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring back signed databases and packages that a scheduler lost.",
        discussion: """
            For a scheduler's directory that is new or from a backup, of which the enclave has signed more than it knows. FOLDER \
            is what reposeal publish wrote, a copy of a mirror, or what reposeal-enclave export wrote. Nothing in it is \
            believed for where it lies: a database is taken if both of its signatures are good by the policy and state a higher \
            serial than the scheduler has; a package, if it is the one of its entry and its signature is good. Signatures that \
            have expired since count, as the next refresh makes new ones.

            Packages that the scheduler lacks are looked for beside the databases and in the folders of --packages, where a \
            signature that is missing may come from the export. The scheduler must not be running. It can be done again, with \
            one folder after the other: an older serial never replaces a newer one.

            The exit status is 1 if something was found that is not to be trusted, of which nothing is taken.

                $ rsync -a rsync://mirror.example.org/reposeal/ mirror/
                $ reposeal restore --scheduler /srv/reposeal --from mirror
                $ reposeal restore --scheduler /srv/reposeal --from /media/export --packages mirror/pool/packages ~/built
            """)

    @OptionGroup var scheduler: SchedulerOptions

    @Option(help: ArgumentHelp("Where the databases are.", valueName: "folder"), completion: .directory)
    var from: String

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Where packages may be, too.", valueName: "folder"),
        completion: .directory)
    var packages: [String] = []

    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let reports = try scheduler.home().restore(from: from, packagesFrom: packages) { progress in
            guard isTerminal else { return }
            let place = "\(progress.repository)/\(progress.architecture)"
            // What is written next takes its place.
            Terminal.write(
                "\r\(place): package \(progress.packagesFinished) of \(progress.packagesInAll)\u{1b}[K\r",
                to: STDERR_FILENO)
        }
        if isTerminal { Terminal.write("\u{1b}[K", to: STDERR_FILENO) }
        if json { try printJSON(reports.map(RestoreJSON.init)) } else { reports.forEach(show) }
        if reports.contains(where: { !$0.findings.isEmpty }) { throw ExitCode.failure }
    }

    private func show(_ report: RestoreReport) {
        let place = "\(report.repository)/\(report.architecture)"
        for finding in report.findings {
            print("\(place): \(Terminal.styled("finding", .bad)): \(Terminal.plain(finding.description))")
        }
        for name in report.packagesAbsent.prefix(Self.namedPackages) { print("\(place): absent: \(name)") }
        let more = report.packagesAbsent.count - Self.namedPackages
        if more > 0 { print("\(place): absent: \(more) more") }
        print("\(place): \(Self.words(report))")
    }

    /// Of so many packages that are nowhere the files are named.
    private static let namedPackages = 10

    private static func words(_ report: RestoreReport) -> String {
        guard let serial = report.serial else { return "no database here, and none there that can be trusted" }
        let origin =
            if report.isRestored {
                Terminal.styled("restored", .good) + (report.held.map { " over serial \($0)" } ?? "")
            } else if let found = report.found {
                found == serial ? "is here already" : "is here, newer than serial \(found)"
            } else {
                "is here, and none is there that can be trusted"
            }
        let absent = report.packagesAbsent.isEmpty ? "" : ", \(report.packagesAbsent.count) absent"
        return
            "serial \(serial) \(origin), \(report.entries) entries, \(report.packagesRestored) packages restored\(absent)"
    }
}

/// What bringing back one database did, as JSON.
private struct RestoreJSON: Encodable {
    struct Found: Encodable { let file, problem: String }
    let repository, architecture: String
    let serialBefore, serialFound, serial: UInt64?
    let restored: Bool
    let entries, packagesRestored: Int
    let packagesAbsent: [String]
    let findings: [Found]

    init(_ report: RestoreReport) {
        repository = report.repository.text
        architecture = report.architecture.text
        serialBefore = report.held
        serialFound = report.found
        serial = report.serial
        restored = report.isRestored
        entries = report.entries
        packagesRestored = report.packagesRestored
        packagesAbsent = report.packagesAbsent
        findings = report.findings.map { Found(file: $0.file, problem: $0.problem) }
    }
}
