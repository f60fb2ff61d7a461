import Attestation
import Cryptography
import Descriptors
import EnclaveCore
import JailClients
import Ledger
import Link
import Logging
import OpenPGPFormat
import Policy
import Refusals
import TransparencyLog

/// The enclave's state, and what it acts with; one request at a time.
struct Monitor: ~Copyable {
    var ledger: EnclaveLedger
    let broker: BrokerConnection
    var evidenceCheck: EvidenceCheck
    var policy: SigningPolicy
    let logKey: NoteKey
    var clock: EnclaveClock
    let logger: Logger
    var log: CompactRange
    var health: Health
    var startLock: StartLock
    /// What names this start.
    let start: [UInt8]
    /// The file with what has come of a large request.
    let spoolPath: String
    /// Until when the wait of an announced policy was counted, in seconds of the machine's run.
    var countedWaitUntil = Monitor.runningSeconds
    /// What the last job signed, which the next one most likely changes.
    var recent: [DatabaseLocation: DatabaseContent] = [:]

    /// Opens the memory and checks every key; what an earlier run left open waits until the head of the log was shown.
    static func starting(_ options: EnclaveOptions, logger: Logger) throws -> Monitor {
        let ledger = try options.memory.openLedger()
        guard let stored = try ledger.currentPolicy() else { throw MonitorError.notProvisioned }
        let policy = try SigningPolicy(parsing: stored.bytes)
        let jail = try VerifierJail(program: options.verifier)
        try jail.testIsolation()
        let logKey = try NoteKey(name: policy.enclave.logOrigin, key: policy.enclave.logKey)
        let clock = EnclaveClock(
            wallClock: SystemClock.realtimeSeconds(), bootClock: Self.bootSeconds, lastTime: try ledger.lastTime(),
            maxAbsence: policy.limits.maxAbsenceSeconds)
        let log = try CompactRange(of: ledger)
        let startLock = try StartLock(of: ledger)
        let broker = try BrokerConnection(socketPath: options.broker)
        let start = try SystemRandom.bytes(HeadConfirmation.startByteCount)
        var monitor = Monitor(
            ledger: ledger, broker: broker, evidenceCheck: EvidenceCheck(policy: policy, jail: jail), policy: policy,
            logKey: logKey, clock: clock, logger: logger, log: log,
            health: Health(reserve: DiskReserve(inDirectory: options.memory.state)), startLock: startLock,
            start: start, spoolPath: options.memory.spoolPath)
        try monitor.testOrLock()
        monitor.checkDisk()
        return monitor
    }

    /// This run of the machine, which ends with a power cut (random(4)); empty where it cannot be read.
    static let boot = (try? Descriptor.reading("/proc/sys/kernel/random/boot_id").readToEnd(limit: 64)) ?? []

    static var bootSeconds: UInt64 { SystemClock.bootNanoseconds() / 1_000_000_000 }

    /// Seconds that nobody sets and that do not pass while the machine is suspended.
    static var runningSeconds: UInt64 { SystemClock.monotonicNanoseconds() / 1_000_000_000 }

    /// The enclave's time in Unix seconds; nil while the clock is suspect.
    func now() throws -> UInt64? {
        clock.time(
            wallClock: SystemClock.realtimeSeconds(), bootClock: Self.bootSeconds, lastTime: try ledger.lastTime())
    }

    /// The certificate with the key that signs a repository.
    func certificate(of key: Fingerprint) throws -> Certificate {
        guard let found = policy.enclave.repositoryKey(key) else {
            throw MonitorError.wrongSignature("no certificate of the repository key \(key)")
        }
        return found.stated.certificate
    }
}

/// Why the monitor cannot work; each of these ends it, and nothing unfinished is lost.
enum MonitorError: Error, CustomStringConvertible {
    /// There is no policy yet.
    case notProvisioned
    /// A policy is there already.
    case provisionedAlready(version: UInt64)
    /// What the broker returned does not verify, or cannot be verified.
    case wrongSignature(String)
    /// An accepted job waits, because the ledger failed; it is finished as soon as that works again.
    case unfinished(job: SHA256Digest, reason: String)
    /// An accepted job is no longer admitted by what the ledger holds now.
    case noLongerAdmitted([Refusal])
    /// The certificate of a repository's key lets it sign no more.
    case keyMuted(Fingerprint)
    /// A key that is not one for demonstrations can be read from here, since the broker has this monitor's user (H22).
    case keyWithinReach(Fingerprint)
    /// An announced policy cannot come into force now.
    case recoveryWaits([Refusal])
    /// A request that no scheduler of the policy signed; it gets no answer.
    case requestNotAuthentic
    /// A body that is not the one for which the scheduler signed; it gets no answer.
    case bodyNotTheTokens
    /// A deflated body that does not come to what its head says.
    case notInflated(reason: String)
    /// A jail could not be made or was too slow, which says nothing about what was to be done in it.
    case jailFailed(reason: String)
    /// What had come of a large request cannot be read from the disk again.
    case unreadable
    /// One envelope of a job is malformed.
    case malformedEvidence(index: Int, reason: String)
    /// The broker does not sign.
    case brokerFailed(reason: String)
    /// A file that an option names cannot be used.
    case file(String, String)

    /// Whether it is this host that failed, so that the same request may succeed, and need not cross again.
    var isOfThisHost: Bool {
        switch self {
        case .jailFailed, .unreadable: true
        default: false
        }
    }

    var description: String {
        switch self {
        case .notProvisioned: "the ledger holds no policy: run 'reposeal-enclave provision' first"
        case .provisionedAlready(let version):
            "the ledger holds policy \(version) already: provisioning happens once"
        case .wrongSignature(let what): "a signature came back that must not leave: \(what)"
        case .unfinished(let job, let reason): "the accepted job \(job) is not finished: \(reason)"
        case .keyMuted(let key):
            "the certificate of the repository key \(key) lets it sign no more, as when it has expired: a policy must name "
                + "its new certificate or another key"
        case .keyWithinReach(let key):
            "the policy says that \(key) is no key for demonstrations, but broker and monitor run as one user"
        case .recoveryWaits(let refusals):
            "the announced policy cannot come into force: "
                + refusals.map(\.description).joined(separator: " ")
        case .noLongerAdmitted(let refusals):
            refusals.isEmpty
                ? "its signatures would have expired by now" : refusals.map(\.description).joined(separator: " ")
        case .requestNotAuthentic: "request.signature: expected that of the scheduler which the request names"
        case .bodyNotTheTokens: "request.body: expected what has the digest in the token"
        case .notInflated(let reason): "message.body: expected a deflate stream of the decoded length, but \(reason)"
        case .jailFailed(let reason): "unable: \(reason)"
        case .unreadable: LinkError.unreadable.description
        case .malformedEvidence(let index, let reason): "job.evidence[\(index)]: \(reason)"
        case .brokerFailed(let reason): "the broker does not sign: \(reason)"
        case .file(let path, let problem): "\(path): \(problem)"
        }
    }
}
