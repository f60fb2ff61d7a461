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
            socket is for the broker's group as well. Before a key is unsealed, a probe tries to escape from a signer's \
            jail; the broker does not start if it can.
            """)

    @OptionGroup var vault: VaultOptions

    @Option(help: ArgumentHelp("The Unix socket to listen at.", valueName: "path"))
    var socket: String

    @OptionGroup var opening: PassphraseOptions

    @Option(
        help: ArgumentHelp("The program reposeal-signer; reposeal-jail-probe must be beside it.", valueName: "path"))
    var signer: String

    @Option(
        help: ArgumentHelp(
            "The program reposeal-token-signer, for keys that a token has; the one beside --signer if it is not stated.",
            valueName: "path"))
    var tokenSigner: String?

    /// The signers of a job with one key: for its digests, its checkpoint and its answer.
    private static let waitingSigners = 3

    func run() throws {
        try ThisProcess.closeOtherDescriptorsOnExecute()
        ThisProcess.ignoreBrokenPipeSignal()
        let log = Logger(label: "reposeal-broker", factory: { StreamLogHandler.standardError(label: $0) })
        // No key is unsealed where a jail does not hold.
        let profile = try JailProfile(kind: .signer, program: signer)
        try profile.testIsolation()
        let unsealed = try KeyVault(directory: vault.keys, passphrase: opening.passphrase())
        let signers = try signers(
            vault: unsealed, tokenKeys: TokenKey.all(in: vault.keys, credentials: credentialsDirectory),
            profile: profile)
        guard !signers.isEmpty else { throw BrokerError.noKeys(directory: vault.keys) }
        let signing = SigningDesk(signers: signers, log: log)
        try signing.testEveryKey()
        signing.fill()
        let admission = MonitorAdmission(
            ownUser: geteuid(),
            holdsDemonstrationKeysOnly: signers.values.allSatisfy(\.key.isDemonstration))
        let listener = try UnixSocketListener(path: socket, permissions: 0o660)
        log.info("ready with \(signers.count) keys at \(socket)")
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

extension Serve {
    /// Every key with the jails that it needs: those of the sealed keys are alike, each of a token's has its own library.
    private func signers(
        vault: KeyVault, tokenKeys: [TokenKey], profile: JailProfile
    ) throws -> [KeySelector: SigningDesk.Signer] {
        try vault.expectNoConflict(with: tokenKeys)
        let jails = JailStock(of: profile, capacity: Self.waitingSigners, withMemory: true)
        var signers: [KeySelector: SigningDesk.Signer] = [:]
        for selector in vault.selectors {
            signers[selector] = vault[selector].map { SigningDesk.Signer(key: $0, jails: jails) }
        }
        for key in tokenKeys {
            let profile = try key.description.profile(program: tokenSigner ?? TokenKey.program(beside: signer))
            // Before its PIN is in a jail.
            try profile.testIsolation()
            signers[key.selector] = SigningDesk.Signer(
                key: key, jails: JailStock(of: profile, capacity: 1, withMemory: true))
        }
        return signers
    }
}

/// Why the broker does not start, or ends a connection.
enum BrokerError: Error, CustomStringConvertible {
    case noKeys(directory: String)
    case keyDoesNotWork(KeySelector, reason: String)
    /// The program ends with a status of its own, so that nothing starts it again and again.
    case tokenDoesNotWork(KeySelector, reason: String)
    case monitorNotAdmitted(user: UInt32)

    var description: String {
        switch self {
        case .noKeys(let directory): "\(directory) must contain at least one sealed key (*.key)"
        case .keyDoesNotWork(let selector, let reason): "the key \(selector) does not sign: \(reason)"
        case .tokenDoesNotWork(let selector, let reason):
            "the key \(selector) does not sign, try no more than once before you know why, for a token locks itself: \(reason)"
        case .monitorNotAdmitted(let user):
            "the monitor must not run under the broker's user \(user), because not every key is one for demonstrations"
        }
    }
}
