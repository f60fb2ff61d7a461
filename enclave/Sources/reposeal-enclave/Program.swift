import ArgumentParser
import Cryptography
import Descriptors
import Glibc
import Ledger
import RepositoryDatabase

/// The monitor: verifies, decides, remembers, has signed, and answers.
@main
struct Program: ParsableCommand {
    /// The version of the enclave's programs.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "reposeal-enclave",
        abstract: "Decide which updates may exist, and remember them for ever.",
        discussion: """
            The monitor reads requests from the scheduler's line, has evidence verified in jails that hold no key, decides \
            by the policy in force and by all that it ever signed, rebuilds the databases from its own memory, and asks the \
            broker for signatures. It never has a key. Start reposeal-broker first, provision policy 1 once, then serve.
            """,
        version: """
            reposeal-enclave \(version)
            codec \(Codec.identifier.hex)
            zlib \(Codec.libraryVersion)
            """,
        subcommands: [
            ServeCommand.self, StatusCommand.self, ProposeCommand.self, ProvisionCommand.self, KeyCommand.self,
            ReleaseCommand.self, BackupCommand.self, RestoreCommand.self, ExportCommand.self, CheckExportCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}

/// Where the monitor finds its memory.
struct StateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The directory of the enclave's memory.", discussion: "Holds ledger.sqlite, which only this user may read.",
            valueName: "directory"))
    var state: String

    /// The file of the memory.
    var ledgerPath: String { "\(state)/ledger.sqlite" }

    /// The file that keeps what came of a large request that was interrupted.
    var spoolPath: String { "\(state)/request.spool" }

    /// Opens a memory that must be there already; nothing is made.
    func openPresentLedger() throws -> EnclaveLedger {
        guard FileSystem.exists(ledgerPath) else {
            throw MonitorError.file(ledgerPath, "expected the memory of an enclave, but there is none")
        }
        return try openLedger()
    }

    /// Opens the memory, and makes an empty one if there is none; an error names its file.
    func openLedger() throws -> EnclaveLedger {
        do { return try EnclaveLedger(path: ledgerPath) } catch { throw MonitorError.file(ledgerPath, "\(error)") }
    }
}

/// Where the monitor finds its memory and the programs around it.
struct EnclaveOptions: ParsableArguments {
    @OptionGroup var memory: StateOptions

    @Option(help: ArgumentHelp("The socket on which reposeal-broker listens.", valueName: "path"))
    var broker: String

    @Option(
        help: ArgumentHelp(
            "The program that verifies evidence in jails; reposeal-jail-probe must be beside it.", valueName: "path"))
    var verifier: String = "/usr/lib/reposeal/reposeal-verifier"
}

extension Program {
    /// Runs the command that the arguments name; an error becomes one sentence and exit status 1.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            // Its words are said already.
            exit(withError: code)
        } catch  where exitCode(for: error) == .failure {
            let sentence = Array("reposeal-enclave: \(error)\n".utf8)
            _ = unsafe write(STDERR_FILENO, sentence, sentence.count)
            Glibc.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}
