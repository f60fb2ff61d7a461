import ArgumentParser
import Attestation
import SchedulerDirectory

/// Which scheduler's directory a command works on.
struct SchedulerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The scheduler's directory, which has a scheduler.json.", valueName: "directory"),
        completion: .directory)
    var scheduler: String

    /// Opens the directory.
    func home() throws(SchedulerDirectoryError) -> SchedulerHome {
        try SchedulerHome(scheduler, programVersion: ProgramVersion.number)
    }
}

/// Which scheduler's directory a command works on that asks the enclave.
struct AskingOptions: ParsableArguments {
    @OptionGroup var directory: SchedulerOptions

    @Option(
        help: ArgumentHelp(
            "How long to try again where the line to the enclave breaks (default: 600 for a serial line, 0 for a socket).",
            valueName: "seconds"))
    var patience: UInt64?

    func validate() throws {
        guard (0...86_400).contains(patience ?? 0) else {
            throw ValidationError("--patience: expected 0 to 86400 seconds")
        }
    }

    /// Opens the directory.
    func home() throws(SchedulerDirectoryError) -> SchedulerHome {
        try SchedulerHome(directory.scheduler, programVersion: ProgramVersion.number, linkPatience: patience)
    }
}

extension UInt64 {
    /// Unix seconds in RFC 3339, or `never`.
    var timeText: String { self == .max ? "never" : Timestamp(seconds: self)?.text ?? "\(self)" }
}
