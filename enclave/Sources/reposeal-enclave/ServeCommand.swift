import ArgumentParser
import Link
import Logging
import Policy
import TransparencyLog

/// Serves the link: `reposeal-enclave serve`.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Open the link and answer the scheduler, one request at a time.",
        discussion: """
            A probe tries to escape from the jails first, and the enclave does not start if it can; then every key signs a test. After each start the enclave signs nothing until it was shown the newest head of its \
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
        help: ArgumentHelp(
            "The socket at which root and this user may ask for the status and propose motions, at the enclave's own console.",
            valueName: "path"))
    var desk: String?

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
        let monitor = try Monitor.starting(options, logger: logger)
        let listener = try Listener(at: listen)
        logger.notice(
            "the link is open",
            metadata: [
                "address": "\(listen)", "policy": "\(monitor.policy.version)", "log": "\(monitor.log.size)",
            ])
        let service = Service(
            monitor: monitor, listener: listener, desk: try desk.map { try Desk(path: $0) },
            selfTestInterval: selfTestInterval)
        while true { service.serveOne() }
    }
}
