import ArgumentParser
import ConsoleMenu
import Descriptors
import Glibc

/// The enclave's console: a fixed menu in the place of a login.
@main
struct Program: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reposeal-console",
        abstract: "Do at the enclave's own console what people have to do there.",
        discussion: """
            A fixed menu on a terminal takes the place of every login on the enclave's host: status, unlock, clock, removable \
            media, ceremonies, policy 1, what the quorum confirms, and shutdown. It starts no shell and no pager, every program \
            that it starts has fixed arguments, and every action is written down before it begins and after it ends.
            """,
        version: "reposeal-console 0.1.0",
        subcommands: [MenuCommand.self, CheckLogCommand.self],
        defaultSubcommand: MenuCommand.self)

    /// Runs the command that the arguments name; an error becomes one sentence and exit status 1.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch  where exitCode(for: error) == .failure {
            let sentence = Array("reposeal-console: \(error)\n".utf8)
            _ = unsafe write(STDERR_FILENO, sentence, sentence.count)
            Glibc.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}

/// Shows the menu: `reposeal-console menu`.
struct MenuCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "menu",
        abstract: "Show the menu on standard output, and read choices from standard input.",
        discussion: """
            On a terminal it never ends by what is typed: interrupt, quit and stop characters and the end of input show the menu anew.
            Where standard input is no terminal it ends with its end.
            """)

    @Option(
        help: ArgumentHelp(
            """
            Where programs, files, units and devices are; what it does not say is as 'make install' has it. Without the option \
            /etc/reposeal/console.conf, where there is one.
            """, valueName: "file"))
    var configuration: String?

    private static let usualFile = "/etc/reposeal/console.conf"

    func run() throws {
        // A terminal that hangs up is noticed at the next question, when what was begun is done.
        for number in [SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN, SIGPIPE] { _ = signal(number, SIG_IGN) }
        try ThisProcess.closeOtherDescriptorsOnExecute()
        try ThisProcess.forbidInspection()
        let settings = try settings()
        try Console(
            settings: settings, terminal: Terminal(), journal: Journal(path: settings.actions, work: settings.work)
        ).serve()
    }

    private func settings() throws -> ConsoleSettings {
        if configuration == nil, unsafe access(Self.usualFile, F_OK) == -1, errno == ENOENT { return ConsoleSettings() }
        let configuration = configuration ?? Self.usualFile
        let bytes = try Descriptor.reading(configuration).readToEnd(limit: 1 << 16)
        do throws(ConsoleSettingsError) {
            return try ConsoleSettings(parsing: String(decoding: bytes, as: UTF8.self))
        } catch { throw FileProblem(path: configuration, problem: "\(error)") }
    }
}

/// Verifies a log of actions: `reposeal-console check-log`.
struct CheckLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-log",
        abstract: "See that each line of a log of actions follows from the one before.",
        discussion: """
            Prints how many lines there are, and the digest of the last one: a log that was cut at its end has another than the one \
            that was read before.
            """)

    @Argument(help: ArgumentHelp("The log.", valueName: "file"))
    var file: String

    func run() throws {
        let bytes = try Descriptor.reading(file).readToEnd(limit: 1 << 30)
        do throws(ActionLogError) {
            let log = try ActionLog(checking: bytes)
            print("\(log.count) lines, the last one \(log.head)")
        } catch { throw FileProblem(path: file, problem: "\(error)") }
    }
}

/// What is wrong with a file, and which.
struct FileProblem: Error, CustomStringConvertible {
    let path: String
    let problem: String

    var description: String { "\(path): \(problem)" }
}
