import Glibc
import StockCommands

/// The binary under the names of pacman's own programs.
enum DropIn {
    /// Does what the program of the invoked name would do, and returns its exit status; nil under any other name.
    static func run(_ words: [String]) async -> Int32? {
        guard let name = words.first, let program = StockProgram(invokedAs: name) else { return nil }
        let arguments = Array(words.dropFirst())
        switch program {
        case .vercmp: return compare(arguments)
        case .repoAdd, .repoRemove: return nil
        }
    }

    private static func compare(_ arguments: [String]) -> Int32 {
        let outcome = VersionComparisonCommand.answer(arguments, version: version(of: .vercmp))
        print(outcome.output, terminator: "")
        Terminal.write(outcome.complaint, to: STDERR_FILENO)
        return outcome.status
    }

    /// The line that `--version` begins with.
    private static func version(of program: StockProgram) -> String {
        "\(program.rawValue) (reposeal) \(ProgramVersion.number)"
    }
}
