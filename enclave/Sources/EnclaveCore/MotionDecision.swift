public import Cryptography
public import Policy
public import Refusals

/// What the enclave remembers that the decision about one motion can depend on.
public struct MotionMemory: Sendable {
    /// The identity of the distribution: the digest of policy 1.
    public let distribution: SHA256Digest
    /// The latest time that the enclave ever knew, in Unix seconds.
    public let lastTime: UInt64
    /// How many leaves the log has.
    public let logSize: UInt64
    /// The root of the log.
    public let logRoot: SHA256Digest
    /// Those statements of the motion that were consumed before, by the SHA-256 of their PAE.
    public let consumedStatements: Set<SHA256Digest>
    /// What names the enclave's start.
    public let start: [UInt8]
    /// What the note of a resumption says about the log; `foreign` for other motions.
    public let shownHead: ShownHead
    /// Whether the memory was restored from a backup, and its head not confirmed since.
    public let isRestored: Bool

    /// Collects what the decision about one motion can depend on.
    public init(
        distribution: SHA256Digest, lastTime: UInt64, logSize: UInt64, logRoot: SHA256Digest,
        consumedStatements: Set<SHA256Digest>, start: [UInt8] = [], shownHead: ShownHead = .foreign,
        isRestored: Bool = false
    ) {
        self.start = start
        self.distribution = distribution
        self.lastTime = lastTime
        self.logSize = logSize
        self.logRoot = logRoot
        self.consumedStatements = consumedStatements
        self.shownHead = shownHead
        self.isRestored = isRestored
    }
}

/// What the enclave decides about a motion.
public enum MotionDecision: Sendable {
    /// At least one rule did not hold.
    case refused([Refusal])
    /// The policy in force approves this one, whose own quorum has to be counted with its own keys.
    case leftToSuccessor(SigningPolicy)
    /// Every rule held: this may be done.
    case admitted(AdmittedMotion)
}

/// What an admitted motion changes.
public struct AdmittedMotion: Sendable {
    /// What changes besides the log.
    public enum Effect: Sendable {
        /// This policy, of these bytes, comes into force.
        case policy(SigningPolicy, bytes: [UInt8])
        /// This policy, of these bytes, is announced, and waits to come into force.
        case announcement(SigningPolicy, bytes: [UInt8])
        /// The time is this, in Unix seconds; it may be earlier than times before.
        case clock(UInt64)
        /// These contents are never admitted again.
        case revocation([SHA256Digest])
        /// Jobs may go on after a start.
        case resumption
    }

    /// What changes besides the log.
    public let effect: Effect
    /// The leaves that the log gets, in order; none where nothing changes but what the running enclave waits for.
    public let leaves: [LogEntry]
    /// The statements that the motion uses up, by the SHA-256 of their PAE.
    public let consumedStatements: [SHA256Digest]
}
