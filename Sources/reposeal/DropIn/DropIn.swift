import Descriptors
import FoundationEssentials
import Glibc
import StockCommands

/// The binary under the names of pacman's own programs.
enum DropIn {
    /// Does what the program of the invoked name would do, and returns its exit status; nil under any other name.
    static func run(_ words: [String]) async -> Int32? {
        guard let name = words.first, let program = StockProgram(invokedAs: name) else { return nil }
        let arguments = Array(words.dropFirst())
        let version = "\(program.rawValue) (reposeal) \(ProgramVersion.number)"
        guard program != .vercmp else { return compare(arguments, version: version) }
        // As with pacman's scripts, databases are for everybody to read.
        umask(0o022)
        // Whoever reads the messages may go away; the update goes on to its end.
        ThisProcess.ignoreBrokenPipeSignal()
        let command = RepositoryCommand(
            program, version: version, details: ProgramVersion.codec, environment: ProcessInfo.processInfo.environment,
            console: console)
        return await command.run(arguments)
    }

    private static func compare(_ arguments: [String], version: String) -> Int32 {
        let outcome = VersionComparisonCommand.answer(arguments, version: version)
        Terminal.write(outcome.output, to: STDOUT_FILENO)
        Terminal.write(outcome.complaint, to: STDERR_FILENO)
        return outcome.status
    }

    private static var console: RepositoryCommand.Console {
        RepositoryCommand.Console(
            isColourful: isatty(STDERR_FILENO) == 1, output: { Terminal.write($0, to: STDOUT_FILENO) },
            complaint: { Terminal.write($0, to: STDERR_FILENO) }, progress: ReadingBar(isShown: true).show)
    }
}
