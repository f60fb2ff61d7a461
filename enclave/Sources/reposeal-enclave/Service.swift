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

/// The monitor behind its link: one scheduler after the other, and what is due on the side.
final class Service {
    private var monitor: Monitor
    private let listener: Listener
    private let desk: Desk?
    private let selfTestInterval: UInt64

    private static let pauseMicroseconds: UInt32 = 100_000

    init(monitor: consuming Monitor, listener: Listener, desk: consuming Desk?, selfTestInterval: UInt64) {
        self.monitor = monitor
        self.listener = listener
        if let number = desk?.number { listener.companion = number }
        self.desk = desk
        self.selfTestInterval = selfTestInterval
    }

    /// Waits for a scheduler and serves it; comes back when that is over, or when something was due.
    func serveOne() {
        let pause = attendDuties()
        monitor.evidenceCheck.jail.prepare()
        do throws(LinkError) {
            guard try listener.hasVisitor(within: pause) else { return }
            let spool = MessageSpool(path: monitor.spoolPath, limit: monitor.maximumMessageBytes)
            var connection = try listener.accept(hello: monitor.hello, spool: spool)
            connection.meanwhile = { [unowned self] in self.attendDuties() }
            if let offence = try serve(&connection) {
                monitor.logger.warning("ended the connection", metadata: ["reason": "\(offence)"])
                connection.end(reason: offence)
            }
        } catch {
            monitor.logger.warning("the link broke", metadata: ["reason": "\(error)"])
            // Where nobody can be accepted, this is not to be said without end.
            if case .descriptor = error { usleep(Self.pauseMicroseconds) }
        }
    }

    /// Does what is due whoever asks for what; in how many milliseconds something is due again.
    private func attendDuties() -> UInt64 {
        serveDesk()
        monitor.selfTestIfDue(every: selfTestInterval)
        return monitor.millisecondsToDuty(every: selfTestInterval)
    }

    /// Serves whoever waits at the desk; what a visitor does wrong ends its visit.
    private func serveDesk() {
        do {
            try desk?.serveVisitor { request in
                switch attempt({ monitor in try monitor.answerAtDesk(request) }) {
                case .success(let body): DeskAnswer.answer(body)
                case .failure(let offence): DeskAnswer.failed(offence.text)
                }
            }
        } catch {
            monitor.logger.warning("a visit to the desk was ended", metadata: ["reason": "\(error)"])
            usleep(Self.pauseMicroseconds)
        }
    }

    /// Answers until the scheduler closes the link; returns what was wrong if a message was malformed.
    private func serve(_ connection: inout LinkConnection) throws(LinkError) -> String? {
        defer {
            monitor.health.connection = connection.counters
            monitor.health.noteEndOfConnection()
        }
        while let message = try connection.receiveHead(.request, limit: monitor.maximumMessageBytes) {
            monitor.health.connection = connection.counters
            let request: HeardRequest
            switch attempt({ monitor in try monitor.hear(message.head) }) {
            case .success(let heard): request = heard
            case .failure(let offence): return offence.text
            }
            // To say no by an answer, a large body would have to be taken first.
            if let refusal = request.refusal, message.head.isLarge { return "\(refusal)" }
            let body = try connection.receiveBody(of: message, digest: request.token.body)
            let answered = attempt { monitor in try monitor.answer(request, body) }
            // What this host could not read is asked for again and need not cross again.
            if case .failure(let offence) = answered, offence.isOurs { return offence.text }
            if message.head.isLarge { connection.discardKept() }
            switch answered {
            case .success(let answer): try connection.send(answer)
            case .failure(let offence): return offence.text
            }
            monitor.evidenceCheck.jail.prepare()
        }
        return nil
    }

    private struct Offence: Error {
        let text: String
        var isOurs = false
    }

    /// What the monitor does with a message, or what was malformed; a failure of the enclave itself ends the program.
    private func attempt<Value>(_ body: (inout Monitor) throws -> Value) -> Result<Value, Offence> {
        do {
            return .success(try body(&monitor))
        } catch let error as ByteCodingError {
            return .failure(Offence(text: error.description))
        } catch let error as MonitorError where error.endsOnlyTheConnection {
            guard error.isOfThisHost else { return .failure(Offence(text: error.description)) }
            monitor.health.note(error)
            return .failure(Offence(text: error.description, isOurs: true))
        } catch let error as LedgerError {
            monitor.lock(because: error)
            return .failure(Offence(text: error.description))
        } catch {
            monitor.logger.critical("the enclave stops", metadata: ["reason": "\(error)"])
            ServeCommand.exit(withError: error)
        }
    }
}

extension MonitorError {
    /// True if the request is the cause, or the enclave is locked; then the scheduler's connection ends and not the enclave.
    fileprivate var endsOnlyTheConnection: Bool {
        switch self {
        case .requestNotAuthentic, .bodyNotTheTokens, .notInflated, .jailFailed, .unreadable, .malformedEvidence,
            .unfinished:
            true
        default: false
        }
    }
}

extension Monitor {
    /// The largest request: a job as the policy limits it, or a motion, which no policy limits, with what is around it.
    fileprivate var maximumMessageBytes: UInt64 {
        max(policy.limits.usableBytes, UInt64(Motion.maximumBytes)) + (1 << 16)
    }

    /// What the enclave says of itself before anything else.
    fileprivate var hello: Hello {
        Hello(
            role: .enclave, maximumMessageBytes: maximumMessageBytes, codecID: Codec.identifier,
            codecLibrary: Codec.libraryVersion, programVersion: Program.version, logOrigin: policy.enclave.logOrigin,
            epoch: policy.enclave.epoch, logRoot: log.root, logSize: log.size)
    }
}
