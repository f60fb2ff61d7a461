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

extension UInt64 {
    /// Unix seconds in RFC 3339, or `never`.
    var timeText: String { self == .max ? "never" : Timestamp(seconds: self)?.text ?? "\(self)" }
}
