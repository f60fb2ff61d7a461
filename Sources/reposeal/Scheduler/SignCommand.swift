import ArgumentParser
import SchedulerDirectory

/// `reposeal sign`: one pass of a scheduler.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Take what was submitted, ask the enclave for what is ready, keep what it signs.",
        discussion: """
            Reads the incoming folder, checks every submission by the enclave's own rules, puts what lacks nothing into jobs, \
            and keeps what the enclave signs once every signature holds over this host's own bytes. Prints one line for each \
            job and each submission that is not settled or that the pass settled: signed with its serial, waiting with what it \
            waits for, ready while it waits for others to share a job, refused with a code and a sentence, or quarantined \
            after five jobs in a row that came to nothing.

            With --ask-anyway a job is sent also for submissions that this host's own check says no to, so that the \
            enclave's own refusal can be seen, as in a drill.

            The exit status is 0 when all that was ready is signed or nothing was to do, and 1 when anything was refused or \
            turned away.

                $ reposeal sign --scheduler /srv/reposeal
            """)

    @OptionGroup var scheduler: AskingOptions

    @Flag(help: "Ask the enclave also for what this host's own check says no to.")
    var askAnyway = false

    @Flag(help: "Print the pass as JSON.")
    var json = false

    func run() throws {
        let report = try scheduler.home().sign(askingAnyway: askAnyway)
        try report.show(json: json)
        if !json, report.jobs.isEmpty, report.submissions.isEmpty, report.turnedAway.isEmpty { print("nothing to do") }
        if report.hasRefusals { throw ExitCode.failure }
    }
}
