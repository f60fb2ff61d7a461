import ArgumentParser
import ByteCoding
import Glibc
import JailClients
import Ledger
import Link
import Logging
import Policy
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

/// Serves the link: `reposeal-enclave serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Open the link and answer the scheduler, one request at a time.",
        discussion: """
            Every key signs a test first. After each start the enclave signs nothing until it was shown the newest head of its \
            log; then it finishes what an earlier run accepted. A malformed message ends the connection with an error that \
            names the field; nothing is changed by it.

            A full disk, a ledger that cannot be read or written and a key that fails its test lock the enclave: it signs \
            no job, says so, and answers everything else. Room on the disk and a good test unlock it, and a policy that names \
            another key; after an error of the ledger mend the cause and start it again. When the broker fails, the program ends with status 1 and can be \
            started again. A job that fails five times goes into quarantine: 'reposeal-enclave release' lists it. Nothing \
            accepted is lost.
            """)

    @OptionGroup var options: EnclaveOptions

    @Option(
        help: ArgumentHelp(
            """
            The socket on which the scheduler connects, or the serial line to it: unix:/path or \
            tty:/dev/ttyS0?baud=115200&flow=rtscts.
            """, valueName: "address"),
        transform: { try LinkAddress(parsing: $0, bare: true) })
    var listen: LinkAddress

    @Option(
        help: ArgumentHelp("How often every key signs a test while the enclave serves.", valueName: "seconds"))
    var selfTestInterval: UInt64 = 900

    func validate() throws {
        guard (1...86_400).contains(selfTestInterval) else {
            throw ValidationError("--self-test-interval: expected 1 to 86400 seconds")
        }
    }

    func run() throws {
        let logger = Logger(label: "reposeal-enclave") { StreamLogHandler.standardError(label: $0) }
        var monitor = try Monitor.starting(options, logger: logger)
        let listener = try Listener(at: listen)
        logger.notice(
            "the link is open",
            metadata: [
                "address": "\(listen)", "policy": "\(monitor.policy.version)", "log": "\(monitor.log.size)",
            ])
        while true {
            monitor.selfTestIfDue(every: selfTestInterval)
            monitor.evidenceCheck.jail.prepare()
            do throws(LinkError) {
                guard try listener.hasVisitor(within: monitor.millisecondsToDuty(every: selfTestInterval)) else {
                    continue
                }
                let spool = MessageSpool(path: options.memory.spoolPath, limit: monitor.maximumMessageBytes)
                var connection = try listener.accept(hello: monitor.hello, spool: spool)
                if let offence = try serve(&connection, by: &monitor) {
                    logger.warning("ended the connection", metadata: ["reason": "\(offence)"])
                    connection.end(reason: offence)
                }
            } catch {
                logger.warning("the link broke", metadata: ["reason": "\(error)"])
                // Where nobody can be accepted, this is not to be said without end.
                if case .descriptor = error { usleep(Self.pauseMicroseconds) }
            }
        }
    }

    private static let pauseMicroseconds: UInt32 = 100_000

    /// Answers until the scheduler closes the link; returns what was wrong if a message was malformed.
    private func serve(_ connection: inout LinkConnection, by monitor: inout Monitor) throws(LinkError) -> String? {
        defer {
            monitor.health.connection = connection.counters
            monitor.health.noteEndOfConnection()
        }
        while let message = try connection.receiveHead(.request, limit: monitor.maximumMessageBytes) {
            monitor.health.connection = connection.counters
            let request: HeardRequest
            switch Self.attempt(&monitor, { monitor in try monitor.hear(message.head) }) {
            case .success(let heard): request = heard
            case .failure(let offence): return offence.text
            }
            // To say no by an answer, a large body would have to be taken first.
            if let refusal = request.refusal, message.head.isLarge { return "\(refusal)" }
            let body = try connection.receiveBody(of: message, digest: request.token.body)
            let answered = Self.attempt(&monitor) { monitor in try monitor.answer(request, body) }
            if message.head.isLarge { connection.discardKept() }
            switch answered {
            case .success(let answer): try connection.send(answer)
            case .failure(let offence): return offence.text
            }
            monitor.selfTestIfDue(every: selfTestInterval)
            monitor.evidenceCheck.jail.prepare()
        }
        return nil
    }

    private struct Offence: Error {
        let text: String
    }

    /// What the monitor does with a message, or what was malformed; a failure of the enclave itself ends the program.
    private static func attempt<Value>(
        _ monitor: inout Monitor, _ body: (inout Monitor) throws -> Value
    ) -> Result<Value, Offence> {
        do {
            return .success(try body(&monitor))
        } catch let error as ByteCodingError {
            return .failure(Offence(text: error.description))
        } catch let error as MonitorError where error.endsOnlyTheConnection {
            return .failure(Offence(text: error.description))
        } catch let error as LedgerError {
            monitor.lock(because: error)
            return .failure(Offence(text: error.description))
        } catch {
            monitor.logger.critical("the enclave stops", metadata: ["reason": "\(error)"])
            Self.exit(withError: error)
        }
    }
}

extension MonitorError {
    /// True if the request is the cause, or the enclave is locked; then the scheduler's connection ends and not the enclave.
    fileprivate var endsOnlyTheConnection: Bool {
        switch self {
        case .requestNotAuthentic, .bodyNotTheTokens, .notInflated, .malformedEvidence, .unfinished: true
        default: false
        }
    }
}

extension Monitor {
    /// The largest request: a job as the policy limits it, or a motion, which no policy limits, with what is around it.
    fileprivate var maximumMessageBytes: UInt64 {
        max(policy.limits.maxJobBytes, UInt64(Motion.maximumBytes)) + (1 << 16)
    }

    /// What the enclave says of itself before anything else.
    fileprivate var hello: Hello {
        Hello(
            role: .enclave, maximumMessageBytes: maximumMessageBytes, codecID: Codec.identifier,
            codecLibrary: Codec.libraryVersion, programVersion: Program.version, logOrigin: policy.enclave.logOrigin,
            epoch: policy.enclave.epoch, logRoot: log.root, logSize: log.size)
    }
}
