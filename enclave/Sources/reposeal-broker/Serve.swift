import ArgumentParser
import Descriptors
import Glibc
import JailRecords
import KeyVault
import Logging
import Sandbox

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Unseal the keys and sign what the monitor asks for.",
        discussion: """
            The monitor must run under another user than the broker, unless every key is one for demonstrations. The \
            socket is for the broker's group as well.
            """)

    @Option(help: ArgumentHelp("The directory of the sealed keys.", valueName: "directory"))
    var keys: String

    @Option(help: ArgumentHelp("The Unix socket to listen at.", valueName: "path"))
    var socket: String

    @Option(
        help: ArgumentHelp(
            "The file whose first line is the passphrase; mode 0600, or a credential of systemd.", valueName: "file"))
    var passphraseFile: String

    @Option(help: ArgumentHelp("The program reposeal-signer.", valueName: "path"))
    var signer: String

    /// The signers of a job with one key: for its digests, its checkpoint and its answer.
    private static let waitingSigners = 3

    func run() throws {
        try ThisProcess.forbidInspection()
        try ThisProcess.closeOtherDescriptorsOnExecute()
        ThisProcess.ignoreBrokenPipeSignal()
        let log = Logger(label: "reposeal-broker", factory: { StreamLogHandler.standardError(label: $0) })
        let passphrase = try Passphrase(file: passphraseFile, credentials: credentialsDirectory)
        let vault = try KeyVault(directory: keys, passphrase: passphrase)
        guard !vault.selectors.isEmpty else { throw BrokerError.noKeys(directory: keys) }
        let signers = JailStock(
            of: try JailProfile(kind: .signer, program: signer), capacity: Self.waitingSigners, withMemory: true)
        let signing = SigningDesk(vault: vault, signers: signers, log: log)
        try signing.testEveryKey()
        signers.fill()
        let admission = MonitorAdmission(
            ownUser: geteuid(), holdsDemonstrationKeysOnly: vault.holdsDemonstrationKeysOnly)
        let listener = try UnixSocketListener(path: socket, permissions: 0o660)
        log.info("ready with \(vault.selectors.count) keys at \(socket)")
        while true {
            let monitor = try listener.accept()
            do {
                let peer = try monitor.peerCredentials()
                guard admission.admits(user: peer.user) else { throw BrokerError.monitorNotAdmitted(user: peer.user) }
                try signing.serve(monitor)
            } catch {
                log.warning("a connection was ended: \(error)")
            }
        }
    }
}

/// Why the broker does not start, or ends a connection.
enum BrokerError: Error, CustomStringConvertible {
    case noKeys(directory: String)
    case keyDoesNotWork(KeySelector, reason: String)
    case monitorNotAdmitted(user: UInt32)

    var description: String {
        switch self {
        case .noKeys(let directory): "\(directory) must contain at least one sealed key (*.key)"
        case .keyDoesNotWork(let selector, let reason): "the key \(selector) does not sign: \(reason)"
        case .monitorNotAdmitted(let user):
            "the monitor must not run under the broker's user \(user), because not every key is one for demonstrations"
        }
    }
}
