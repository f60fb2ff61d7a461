import ArgumentParser
import SchedulerDirectory

extension EnclaveCommand {
    /// `reposeal enclave resume`.
    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a started enclave the newest head of its log.",
            discussion: """
                An enclave cannot know whether its disk is an old one. After each start it signs nothing until it was shown \
                the newest checkpoint that is kept here, which every other command does as soon as it matters. An enclave \
                that is shown a checkpoint of its own log which it does not have signs nothing any more.

                    $ reposeal enclave resume --scheduler /srv/reposeal
                """)

        @OptionGroup var scheduler: AskingOptions

        @Flag(help: "Print the result as JSON.")
        var json = false

        func run() throws {
            try scheduler.home().resume().show("resumption", json: json)
        }
    }
}
