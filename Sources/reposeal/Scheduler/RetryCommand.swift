import ArgumentParser
import SchedulerDirectory

/// `reposeal retry`: has submissions tried again.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Have submissions tried again as if they had just come in.",
        discussion: """
            Forgets what was found or refused before and how often jobs came to nothing, so that the next pass checks them \
            anew. Needed for what is quarantined, and useful for what was refused or withdrawn. It makes nothing admissible: \
            what was refused for good is refused again.

                $ reposeal retry hello --scheduler /srv/reposeal
            """)

    @OptionGroup var queue: QueueOptions

    func run() throws {
        try queue.show(try queue.scheduler.home().retry(queue.selection()), cannot: "cannot be tried again")
    }
}
