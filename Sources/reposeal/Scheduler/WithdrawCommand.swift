import ArgumentParser
import FoundationEssentials
import SchedulerDirectory

/// `reposeal withdraw`: takes submissions back.
struct WithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take submissions back before they are signed.",
        discussion: """
            What waits, is ready, was refused or is quarantined becomes withdrawn, a removal too. What is in a job, signed or \
            published already stays: approve its removal instead. A withdrawn package is not asked for any \
            more, whatever evidence comes, until somebody hands it in again or says reposeal retry. Who took it back is shown \
            by reposeal status and kept in the events; nothing is deleted.

                $ reposeal withdraw hello --scheduler /srv/reposeal
            """)

    @OptionGroup var queue: QueueOptions

    @Option(help: ArgumentHelp("Who takes it back (default: the user's name).", valueName: "name"))
    var by: String?

    func run() throws {
        let report = try queue.scheduler.home().withdraw(
            queue.selection(), by: by ?? ProcessInfo.processInfo.environment["USER"] ?? "unknown")
        try queue.show(report, cannot: "cannot be withdrawn")
    }
}
