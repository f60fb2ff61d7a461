import ArgumentParser
import Attestation
import Cryptography
import Descriptors
import EnclaveCore
import JailClients
import Ledger
import Policy
import Refusals
import TransparencyLog

/// Brings policy 1 into force: `reposeal-enclave provision`.
struct ProvisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Give an empty enclave its first policy, at its own console.",
        discussion: """
            Policy 1 decides who may approve what from then on, so it never comes over the link. Without --confirm the \
            command checks the policy and its approvals, prints the digest and changes nothing: the sysops compare the \
            digest with the one that 'reposeal policy show' prints at their desks. With --confirm and that digest the \
            policy comes into force and becomes leaf 0 of the log.

            $ reposeal-enclave provision --state /var/lib/reposeal \\
                --broker /run/reposeal/broker.sock --policy policy.json \\
                --approval erin.dsse.json --approval frank.dsse.json
            """)

    @OptionGroup var options: EnclaveOptions

    @Option(help: ArgumentHelp("The policy, as 'reposeal policy compile' wrote it.", valueName: "file"))
    var policy: String

    @Option(
        name: .customLong("approval"),
        help: ArgumentHelp("A sysop's approval of the policy; once for each.", valueName: "file"))
    var approvals: [String] = []

    @Option(help: ArgumentHelp("The digest that the sysops compared.", valueName: "digest"))
    var confirm: String?

    private static let maximumFileBytes = 16 << 20

    func run() throws {
        let bytes = try Self.read(policy)
        let untrustedPolicy = try named(policy) { try SigningPolicy(parsing: bytes) }
        guard untrustedPolicy.unsoundness.isEmpty else {
            throw MonitorError.file(
                policy, "the policy is unsound: \(untrustedPolicy.unsoundness.joined(separator: "; "))")
        }
        guard untrustedPolicy.version == 1 else { throw MonitorError.file(policy, "version: expected 1") }
        guard untrustedPolicy.notBefore <= SystemClock.realtimeSeconds() else {
            throw MonitorError.file(policy, "notBefore: expected a time that has come")
        }
        let evidence = try approvingEvidence(for: untrustedPolicy)

        print("distribution  \(untrustedPolicy.distribution)")
        print("policy        1, approved by \(evidence.map(\.signer.id.text).joined(separator: ", "))")
        print("digest        \(untrustedPolicy.digest)")
        guard let confirm else {
            print("Compare the digest with the other sysops, then run this again with --confirm and the digest.")
            return
        }
        guard confirm == untrustedPolicy.digest.hex else {
            throw MonitorError.file(policy, "--confirm: expected the policy's digest \(untrustedPolicy.digest)")
        }
        try bringIntoForce(untrustedPolicy, bytes: bytes, evidence: evidence)
        print("Policy 1 is in force.")
    }

    /// The sysops' approvals, each verified by two implementations; throws unless they are enough.
    private func approvingEvidence(for policy: SigningPolicy) throws -> [VerifiedStatement] {
        let jail = try VerifierJail(program: options.verifier)
        try jail.testIsolation()
        let check = EvidenceCheck(policy: policy, jail: jail)
        var evidence: [VerifiedStatement] = []
        for path in approvals {
            let bytes = try Self.read(path)
            let checked = try named(path) { try check([Envelope(parsingDSSE: bytes)]) }
            let now = SystemClock.realtimeSeconds()
            for refusal in checked.rejected { throw MonitorError.file(path, refusal.description) }
            for verified in checked.verified {
                if let refusal = policy.refusal(for: verified, distribution: policy.digest, now: now) {
                    throw MonitorError.file(path, refusal.description)
                }
                evidence.append(verified)
            }
        }
        for refusal in policy.refusals(approving: policy, evidence: evidence) {
            throw MonitorError.file(self.policy, refusal.description)
        }
        return evidence
    }

    private func bringIntoForce(_ policy: SigningPolicy, bytes: [UInt8], evidence: [VerifiedStatement]) throws {
        // First, so that where no broker runs no empty ledger is left.
        let broker = try BrokerConnection(socketPath: options.broker)
        var ledger = try options.memory.openLedger()
        if let present = try ledger.currentPolicy() { throw MonitorError.provisionedAlready(version: present.version) }
        let now = SystemClock.realtimeSeconds()
        let leaf = LogEntry.policy(
            PolicyRecord(version: 1, digest: policy.digest, evidence: evidence.map(\.digest), time: now)
        ).bytes
        let logKey = try NoteKey(name: policy.enclave.logOrigin, key: policy.enclave.logKey)
        let (_, note) = try CompactRange().checkpoint(adding: [leaf], by: logKey, over: broker, job: policy.digest)
        try ledger.begin(
            StoredPolicy(version: 1, digest: policy.digest, bytes: bytes),
            log: LogAppend(firstPosition: 0, leaves: [leaf], checkpoint: note), time: now)
    }

    private func named<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
        do { return try work() } catch let error as MonitorError { throw error } catch {
            throw MonitorError.file(path, "\(error)")
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try Descriptor.reading(path).readToEnd(limit: maximumFileBytes)
    }
}
