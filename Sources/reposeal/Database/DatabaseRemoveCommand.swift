import ArgumentParser
import Descriptors
import RepositoryUpdate

/// `reposeal database remove`: takes packages out of a repository's databases.
struct DatabaseRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove packages from a repository's databases by their names.",
        discussion: """
            If one of the names is not there, nothing is written. The package files stay unless --remove-old is given.

                $ reposeal database remove os/x86_64/extra.db.tar.gz harbour harbour-docs
            """)

    @OptionGroup var update: UpdateArguments

    @Argument(help: ArgumentHelp("The names of the packages.", valueName: "name"))
    var names: [String]

    func run() async throws {
        // Whoever reads the messages may go away; the update goes on to its end.
        ThisProcess.ignoreBrokenPipeSignal()
        let report = UpdateReport(isJSON: update.json)
        let outcome = try await RepositoryUpdate(of: update.database, update.settings, tell: report.tell)
            .remove(names)
        try report.finish(outcome, of: update.database)
    }
}
