import ArgumentParser
import Glibc
import Logging
import Refusals
import SchedulerDirectory
import Synchronization

extension Program {
    /// `reposeal-scheduler run`.
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Work on a directory until interrupted.",
            discussion: """
                Looks into the incoming folder each second and makes a pass when something lies there, and otherwise once a \
                minute, for what may be asked again. SIGTERM or SIGINT end the program after the current pass; a second one \
                ends it at once, which loses nothing. With --once it makes one pass, and its exit status is that of \
                reposeal sign.

                    $ reposeal-scheduler run /srv/reposeal
                """)

        @Argument(
            help: ArgumentHelp("The directory, which has a scheduler.json.", valueName: "directory"),
            completion: .directory)
        var directory: String

        @Flag(help: "Make one pass and end.")
        var once = false

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

        func run() throws {
            var logger = Logger(label: "reposeal-scheduler") { StreamLogHandler.standardError(label: $0) }
            logger[metadataKey: "directory"] = "\(directory)"
            let home = try SchedulerHome(
                directory, programVersion: Program.version, linkPatience: patience,
                linkProgress: TransferLog(logger).note)
            if once {
                let report = try home.sign()
                logger.log(report)
                if report.hasRefusals { throw ExitCode.failure }
                return
            }
            watchForInterruption()
            logger.info("started")
            var secondsSincePass = Self.idleSeconds
            while !interrupted.load(ordering: .relaxed) {
                if secondsSincePass >= Self.idleSeconds || (try? home.incomingCount()) ?? 0 > 0 {
                    pass(home, logger)
                    secondsSincePass = 0
                }
                sleep(1)
                secondsSincePass += 1
            }
            logger.info("stopped")
        }

        /// How long nothing need come in before a pass is made all the same.
        private static let idleSeconds = 60

        private func pass(_ home: SchedulerHome, _ logger: Logger) {
            do {
                logger.log(try home.sign(listing: false))
                logger.log(try home.refresh(onlyDue: true))
            } catch {
                logger.error("\(error)")
                // What lies in incoming would otherwise start the next pass at once, into the same trouble.
                sleep(5)
            }
        }
    }
}

/// Whether somebody asked the program to end; outside of every type, because a signal handler can capture nothing.
private let interrupted = Atomic<Bool>(false)

/// Lets the first signal end the program after its pass, and a second one at once.
private func watchForInterruption() {
    for number in [SIGTERM, SIGINT] {
        signal(number) { number in
            interrupted.store(true, ordering: .relaxed)
            signal(number, SIG_DFL)
        }
    }
}

extension Logger {
    /// One line for each event of a pass.
    fileprivate func log(_ report: PassReport) {
        for file in report.accepted { info("accepted", metadata: ["file": "\(file)"]) }
        for file in report.turnedAway {
            warning("turned away", metadata: ["file": "\(file.file)", "reason": "\(file.reason)"])
        }
        for job in report.jobs {
            var metadata: Metadata = [
                "job": "\(job.hash)", "databases": "\(job.databases.joined(separator: ","))",
                "changes": "\(job.changes.joined(separator: ","))",
            ]
            switch job.outcome {
            case .signed(let databases):
                let serials = databases.map { "\($0.repository)/\($0.architecture)=\($0.serial)" }
                metadata["serials"] = "\(serials.joined(separator: ","))"
                info("signed", metadata: metadata)
            case .refused(let refusals):
                for refusal in refusals {
                    metadata["code"] = "\(refusal.code)"
                    metadata["reason"] = "\(refusal)"
                    warning("refused", metadata: metadata)
                }
            }
        }
    }
}
