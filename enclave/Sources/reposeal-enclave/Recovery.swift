import EnclaveCore
import Ledger
import Logging
import Policy
import Refusals
import SigningProtocol

extension Monitor {
    /// Counts how long an announced policy has waited, and puts it in force when that is enough (H19).
    ///
    /// Only time in which the enclave ran counts, by a clock that nobody sets: neither a wall clock that was put forward nor a
    /// confirmation of it shortens the wait.
    mutating func attendRecovery() throws {
        let now = Self.runningSeconds
        let passed = now - min(countedWaitUntil, now)
        countedWaitUntil = now
        // While a backup waits for its confirmation, nobody can send a policy against the announced one.
        guard startLock != .restored, let pending = try ledger.pendingRecovery() else { return }
        try ledger.recordWait(ofSeconds: passed)
        let isDue = pending.waited + passed >= policy.limits.recoveryDelaySeconds
        guard isDue, startLock == .lifted, health.locks.subtracting([.selfTest]).isEmpty else { return }
        try bringIntoForce(pending)
    }

    /// How long to wait until the wait is counted again: fifteen times between two self-tests, which is every minute
    /// by default, since whatever ends the process costs the policy what was not counted.
    func millisecondsToRecovery(every seconds: UInt64) -> UInt64 {
        let (pause, passed) = (max(seconds / 15, 1), Self.runningSeconds - min(countedWaitUntil, Self.runningSeconds))
        return passed < pause ? (pause - passed) * 1000 : 0
    }

    /// The announced policy as the status tells of it.
    func announcedPolicy() throws -> EnclaveStatus.AnnouncedPolicy? {
        guard let pending = try ledger.pendingRecovery() else { return nil }
        let waited = pending.waited + Self.runningSeconds - min(countedWaitUntil, Self.runningSeconds)
        let delay = policy.limits.recoveryDelaySeconds
        return EnclaveStatus.AnnouncedPolicy(
            version: pending.policy.version, digest: pending.policy.digest, secondsLeft: delay - min(waited, delay))
    }

    /// Does what the motion for this policy would do; where something is in its way, it goes on waiting.
    private mutating func bringIntoForce(_ pending: PendingRecovery) throws {
        guard let time = try now() else { return }
        let motion = Motion(.policy(pending.policy.bytes), evidence: [])
        if health.lock == nil { try finishOpenIntents() }
        let review = MotionReview(of: motion, under: policy, remembering: try memory(for: motion), now: time)
        switch review.decision(announcedBy: pending.evidence) {
        case .refused(let refusals): throw MonitorError.recoveryWaits(refusals)
        case .leftToSuccessor: break
        case .admitted(let admitted):
            let obstacles = try obstacles(to: admitted)
            guard obstacles.isEmpty else { throw MonitorError.recoveryWaits(obstacles) }
            _ = try carryOut(admitted, of: motion.hash, at: time)
            logger.critical("an announced policy is in force", metadata: ["policy": "\(policy.version)"])
        }
    }
}
