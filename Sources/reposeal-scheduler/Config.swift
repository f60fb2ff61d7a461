import ArgumentParser
import SchedulerService

extension Program {
    /// `reposeal-scheduler config`.
    struct Config: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what the program would run with.",
            discussion: """
                Settings come in layers, of which the upper hide the lower, setting by setting: --set, environment variables \
                such as REPOSEAL_SCHEDULER_HTTP_LISTEN, the files of --config from the last to the first, the directory's \
                scheduler.d/*.json from the last name to the first, and its scheduler.json. A setting that does not exist is \
                an error.

                    $ reposeal-scheduler config /srv/reposeal --explain
                """)

        @OptionGroup var options: SettingsOptions

        @Flag(help: "Print for each setting what it is, where it comes from and what it hides.")
        var explain = false

        func run() throws {
            let settings = try options.settings()
            _ = try ServiceConfiguration(settings, directory: options.directory)
            for line in try settings.lines(origins: explain) { print(line) }
        }
    }
}
