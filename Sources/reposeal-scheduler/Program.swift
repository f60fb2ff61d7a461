import ArgumentParser
import SchedulerDirectory

/// `reposeal-scheduler`: works on a scheduler's directory in the foreground.
@main
struct Program: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reposeal-scheduler",
        abstract: "Collect approved packages, ask the enclave, keep what it signs.",
        discussion: """
            Does what reposeal sign and reposeal refresh do, whenever something comes in or falls due, and writes one line \
            for each event to standard error. It holds no power: whatever it does wrong, the enclave signs nothing that was \
            not approved.
            """,
        version: Self.version,
        subcommands: [Run.self, Config.self])

    /// The program's version, told to the enclave too.
    static let version = "0.1.0"
}
