import ArgumentParser
import FoundationEssentials
import SchedulerService

/// Where the settings of a command come from, beside the environment and the directory's own files.
struct SettingsOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The directory, which has a scheduler.json.", valueName: "directory"),
        completion: .directory)
    var directory: String

    @Option(
        help: ArgumentHelp(
            "Read settings from a file, too; it hides those before it and the directory's own.", valueName: "file"),
        completion: .file())
    var config: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set one thing, such as http.listen=127.0.0.1:7480.", valueName: "key=value"))
    var assignments: [String] = []

    /// The settings of every layer.
    func settings() throws(SchedulerServiceError) -> Settings {
        try Settings(
            directory: directory, assignments: assignments, environment: ProcessInfo.processInfo.environment,
            files: config)
    }
}
