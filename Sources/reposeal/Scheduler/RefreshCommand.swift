import ArgumentParser
import SchedulerDirectory

/// `reposeal refresh`: new signatures for unchanged databases.
struct RefreshCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Have every database signed again as it is, before its signatures expire.",
        discussion: """
            Database signatures expire, so that a frozen mirror is noticed. A refresh changes nothing but the serial. The \
            enclave refuses one that comes before a third of the validity has passed (refreshTooEarly).

            What lacks a signature by the key that the policy names now, as after an import or a change of the key, is signed \
            before, packages too. A package that was never handed in can be: submit its file, without approvals.

                $ reposeal refresh --scheduler /srv/reposeal --due
            """)

    @OptionGroup var scheduler: AskingOptions

    @Flag(help: "Leave out databases that the enclave would still refuse to refresh.")
    var due = false

    @Flag(help: "Print the jobs as JSON.")
    var json = false

    func run() throws {
        let report = try scheduler.home().refresh(onlyDue: due)
        try report.show(json: json)
        if !json, report.jobs.isEmpty { print("nothing to refresh") }
        if report.hasRefusals { throw ExitCode.failure }
    }
}
