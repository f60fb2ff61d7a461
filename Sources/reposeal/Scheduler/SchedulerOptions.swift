import ArgumentParser
import Attestation
import EnclaveClient
import Glibc
import SchedulerDirectory
import Synchronization

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

    /// Opens the directory; on a terminal what takes long to cross the line is told.
    func home() throws(SchedulerDirectoryError) -> SchedulerHome {
        try SchedulerHome(
            directory.scheduler, programVersion: ProgramVersion.number, linkPatience: patience,
            linkProgress: isatty(STDERR_FILENO) == 1 ? Self.progress() : nil)
    }

    private static func progress() -> @Sendable (LinkProgress) -> Void {
        let meter = Meter()
        let start = ContinuousClock.now
        return { progress in
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            guard let line = meter.value.withLock({ $0.line(progress, at: seconds) }) else { return }
            // What is written next takes its place.
            Terminal.write("\r\(line)\u{1b}[K\r", to: STDERR_FILENO)
        }
    }

    private final class Meter: Sendable {
        let value = Mutex(TransferMeter())
    }
}

extension UInt64 {
    /// Unix seconds in RFC 3339, or `never`.
    var timeText: String { self == .max ? "never" : Timestamp(seconds: self)?.text ?? "\(self)" }
}
