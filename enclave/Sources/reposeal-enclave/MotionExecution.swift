import Attestation
import Cryptography
import Descriptors
import EnclaveCore
import JailClients
import Ledger
import Logging
import OpenPGPFormat
import Policy
import Refusals
import SigningProtocol
import TransparencyLog

extension Monitor {
    /// Decides a motion and, if it is admitted, does at once what it asks for: only its leaf is signed, so there is nothing
    /// to finish after a crash.
    mutating func perform(_ motion: Motion) throws -> AnswerBody {
        let hash = motion.hash
        if try !isReplacedAnnouncement(motion), let stored = try storedOutcome(of: hash) { return stored }
        if let refusal = startRefusal(of: motion) { return .refused([refusal]) }
        checkDisk()
        // A key that fails its test is replaced by a policy, which therefore passes.
        // The peer's word for a head writes nothing and waits for no room.
        if let lock = health.locks.subtracting(isPeersWord(motion) ? [.selfTest, .disk] : [.selfTest]).first {
            return .refused([.enclaveLocked(reason: lock.rawValue)])
        }
        if case .contradicting = try memory(for: motion).shownHead {
            try lock(against: motion)
        } else if !isPeersWord(motion), startLock == .lifted {
            // What was accepted is finished under the policy that accepted it, unless a key of that policy is lost.
            if health.locks.contains(.selfTest) { try testOrLock() }
            if health.lock == nil { try finishOpenIntents() }
        }
        guard let now = try time(of: motion) else { return .refused([.clockSuspect]) }
        let memory = try memory(for: motion)
        let review = MotionReview(of: motion, under: policy, remembering: memory, now: now)
        let malformed = review.formRefusals()
        guard malformed.isEmpty else { return try refuse(malformed, job: hash, at: now) }
        let evidence = try evidenceCheck(motion.evidence)
        var decision = review.decision(evidence)
        if case .leftToSuccessor(let next) = decision {
            let check = EvidenceCheck(policy: next, jail: evidenceCheck.jail)
            decision = review.decision(evidence, underSuccessor: try check(motion.evidence))
        }
        switch decision {
        case .refused(let refusals): return try refuse(refusals, job: hash, at: now)
        case .leftToSuccessor: return try refuse([.policyQuorumNotMet], job: hash, at: now)
        case .admitted(let admitted):
            let obstacles = try obstacles(to: admitted)
            guard obstacles.isEmpty else { return try refuse(obstacles, job: hash, at: now) }
            let outcome = try carryOut(admitted, of: hash, at: now)
            if case .resumption = admitted.effect { try takeUpWork() }
            return .outcome(outcome)
        }
    }

    /// Whether another announcement took the place of the motion's own, which can be made anew then.
    private func isReplacedAnnouncement(_ motion: Motion) throws -> Bool {
        guard case .recovery(let bytes) = motion.content else { return false }
        return try ledger.pendingRecovery().map { $0.policy.bytes != bytes } ?? false
    }

    /// Why an enclave that waits since its start does not hear a motion; those by which it goes on are heard.
    private func startRefusal(of motion: Motion) -> Refusal? {
        switch (motion.content, startLock) {
        // A clock statement would add a leaf to a log that could be an old one.
        case (.resumption, .waiting), (.resumption, .restored), (.resumption, .lifted), (.clock, .waiting): nil
        default: startLock.refusal
        }
    }

    /// Whether the motion only lifts the lock of the start, on the word of whoever asks.
    private func isPeersWord(_ motion: Motion) -> Bool {
        guard case .resumption = motion.content else { return false }
        return policy.enclave.restart == .peer && startLock != .restored
    }

    /// The enclave's time, or what the wall clock reads if the motion is about that or needs no time; nil while the clock is
    /// suspect.
    private func time(of motion: Motion) throws -> UInt64? {
        switch motion.content {
        case .clock: SystemClock.realtimeSeconds()
        // How long a backup lay somewhere says nothing about the clock.
        case .resumption where isPeersWord(motion) || startLock == .restored: SystemClock.realtimeSeconds()
        case .policy, .recovery, .revocation, .resumption: try now()
        }
    }

    /// Signs nothing any more: what was shown is durable before it is answered.
    private mutating func lock(against motion: Motion) throws {
        guard case .resumption(let note) = motion.content else { return }
        startLock = .contradicted
        try ledger.recordContradiction(note)
        logger.critical("a checkpoint of this log was shown that it does not have: signs nothing any more")
    }

    func memory(for motion: Motion) throws -> MotionMemory {
        guard let distribution = try ledger.firstPolicyDigest() else { throw MonitorError.notProvisioned }
        var shownHead = ShownHead.foreign
        if case .resumption(let note) = motion.content {
            shownHead = try ShownHead(in: note, of: logKey, size: log.size) { size in
                size == log.size ? log.root : try root(at: size)
            }
        }
        return MotionMemory(
            distribution: distribution, lastTime: try ledger.lastTime(), logSize: log.size, logRoot: log.root,
            consumedStatements: try ledger.consumed(among: motion.evidence.map(\.digest)), start: start,
            shownHead: shownHead, isRestored: startLock == .restored)
    }

    private func root(at size: UInt64) throws -> SHA256Digest {
        var range = CompactRange()
        for hash in try ledger.leafHashes(0..<size) { range.append(hash) }
        return range.root
    }

    /// What an approved policy lacks where its keys are: those that it has sign, and those that it no longer names.
    func obstacles(to motion: AdmittedMotion) throws -> [Refusal] {
        switch motion.effect {
        case .clock, .revocation, .resumption: return []
        case .policy(let next, _), .announcement(let next, _):
            if let now = try now(), !next.mutedKeys(at: now).isEmpty { return [.keyUnavailable] }
            do { try testKeys(of: next) } catch MonitorError.wrongSignature {
                return [.keyUnavailable]
            } catch JailClientError.refused {
                return [.keyUnavailable]
            } catch MonitorError.keyWithinReach {
                return [
                    .policyUnsound(reason: "a key is not for demonstrations, but broker and monitor run as one user")
                ]
            }
            for retirement in policy.retirements(in: next) {
                let packages = try ledger.packageCount(
                    in: retirement.repository, signedBy: retirement.key.bytes, butNotBy: retirement.successor.bytes)
                let databases = try ledger.repositories().filter {
                    $0.repository == retirement.repository && $0.key == retirement.key.bytes
                }
                if let refusal = retirement.refusal(packages: packages, databases: UInt64(databases.count)) {
                    return [refusal]
                }
            }
            return []
        }
    }

    /// Signs the leaves of a motion and makes it durable; then the running enclave follows it.
    mutating func carryOut(
        _ motion: AdmittedMotion, of hash: SHA256Digest, at time: UInt64
    ) throws -> JobOutcome {
        let leaves = motion.leaves.map(\.bytes)
        guard !leaves.isEmpty else {
            apply(motion.effect)
            return JobOutcome(
                jobHash: hash, repositories: [], packageSignatures: [], firstLeafIndex: log.size, leaves: [],
                checkpointNote: try ledger.checkpoint())
        }
        let (grown, note) = try log.checkpoint(adding: leaves, by: logKey, over: broker, job: hash)
        let open = try ledger.openIntents().count
        let outcome = JobOutcome(
            jobHash: hash, repositories: [], packageSignatures: [], firstLeafIndex: log.size, leaves: leaves,
            checkpointNote: note)
        try ledger.commit(
            MotionCommit(
                motion: hash, outcome: outcome.encoded, effect: MotionCommit.Effect(motion.effect),
                consumedStatements: motion.consumedStatements,
                log: LogAppend(firstPosition: log.size, leaves: leaves, checkpoint: note), time: time))
        log = grown
        apply(motion.effect)
        let givenUp = open - (try ledger.openIntents().count)
        logger.notice(
            "carried a motion", metadata: ["motion": "\(hash)", "log": "\(log.size)", "givenUp": "\(givenUp)"])
        return outcome
    }

    /// Lets the running enclave follow what the ledger holds from now on.
    private mutating func apply(_ effect: AdmittedMotion.Effect) {
        switch effect {
        case .policy(let next, _):
            policy = next
            evidenceCheck = EvidenceCheck(policy: next, jail: evidenceCheck.jail)
            noteGoodTest()
        case .announcement(let next, _):
            countedWaitUntil = Self.runningSeconds
            logger.critical(
                "the recovery quorum announced a policy",
                metadata: ["policy": "\(next.version)", "seconds": "\(policy.limits.recoveryDelaySeconds)"])
        case .clock(let time):
            clock = EnclaveClock(
                wallClock: SystemClock.realtimeSeconds(), bootClock: Self.bootSeconds, lastTime: time,
                maxAbsence: policy.limits.maxAbsenceSeconds)
        case .revocation: break
        case .resumption:
            startLock = .lifted
            logger.notice("goes on after the start", metadata: ["log": "\(log.size)"])
        }
    }
}

extension MotionCommit.Effect {
    fileprivate init(_ effect: AdmittedMotion.Effect) {
        switch effect {
        case .policy(let next, let bytes):
            self = .policy(StoredPolicy(version: next.version, digest: next.digest, bytes: bytes))
        case .announcement(let next, let bytes):
            self = .announcement(StoredPolicy(version: next.version, digest: next.digest, bytes: bytes))
        case .clock: self = .clock
        case .revocation(let packages): self = .revocation(packages)
        case .resumption: self = .resumption
        }
    }
}
