import ArgumentParser
import Glibc

/// Runs the command that the arguments name and turns what it throws into one sentence and an exit status.
@main
struct Program {
    static func main() async {
        if let status = await DropIn.run(CommandLine.arguments) {
            fflush(nil)
            exit(status)
        }
        let status = await run()
        guard Terminal.finishOutput() else {
            Terminal.complain("standard output: it could not be written to its end")
            exit(status == 0 ? 1 : status)
        }
        exit(status)
    }

    private static func run() async -> Int32 {
        do {
            var command = try Reposeal.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return report(error)
        }
    }

    /// Prints an error as `reposeal: …`; the status is 0 for a wish for help, 1 for errors and refusals, 64 for wrong usage.
    private static func report(_ error: any Error) -> Int32 {
        let code = Reposeal.exitCode(for: error)
        if error is ExitCode { return code.rawValue }
        let message = Reposeal.fullMessage(for: error)
        if code.isSuccess {
            print(message)
        } else if code == .failure {
            Terminal.complain("\(error)")
        } else {
            // The library begins what it says about wrong usage with this word.
            Terminal.complain(message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message)
        }
        return code.rawValue
    }
}
