import ArgumentParser

/// `reposeal database`: works on repository databases themselves, without scheduler and enclave.
struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "Add to, remove from and look into repository databases.",
        discussion: """
            Does what pacman's repo-add and repo-remove do, without a scheduler and an enclave: both databases, .db and \
            .files, change in one step or not at all, an update costs no more than what it changes, and the same entries \
            make the same bytes on any machine. Under the names repo-add and repo-remove the program takes pacman's own \
            options.
            """,
        subcommands: [
            DatabaseAddCommand.self, DatabaseRemoveCommand.self, DatabaseListCommand.self, DatabaseShowCommand.self,
            DatabaseDiffCommand.self, DatabaseVerifyCommand.self, DatabaseConvertCommand.self,
        ])
}
