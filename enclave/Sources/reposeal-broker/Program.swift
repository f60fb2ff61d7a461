import ArgumentParser
import Cryptography
import Descriptors
import Glibc

@main
struct Program: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reposeal-broker",
        abstract: "Alone reaches unsealed keys, and starts one signer in a jail for each request.",
        discussion: """
            The broker runs under a user who is not root and whom no other program of the enclave has. The monitor \
            connects to its socket; the broker reads fixed-size records only.
            """,
        version: "reposeal-broker 0.1.0", subcommands: [Serve.self, Key.self, Backup.self],
        defaultSubcommand: Serve.self)
}

extension Program {
    /// Runs the command that the arguments name; an error becomes one sentence and exit status 1.
    static func main() {
        do {
            try ThisProcess.forbidInspection()
            try OpenSSLMemory.clearWhatIsFreed()
            var command = try parseAsRoot()
            try command.run()
        } catch  where exitCode(for: error) == .failure {
            Remark.write("reposeal-broker: \(error)")
            if case BrokerError.tokenDoesNotWork = error { Glibc.exit(77) }
            Glibc.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}

/// What is said to people beside the result.
enum Remark {
    /// Writes a line to standard error.
    static func write(_ sentence: String) {
        let line = Array("\(sentence)\n".utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, line, line.count)
    }
}
