import Cryptography
import EnclaveCore
import JailClients
import Ledger
import Logging
import Policy
import Refusals
import SigningProtocol

extension Monitor {
    /// How often one job is tried, in this process and over restarts, before it goes into quarantine.
    private static var maximumAttempts: UInt64 { 5 }

    /// Carries out a job whose intent was written just now; the intent counted as the beginning of the first attempt.
    mutating func carryOut(
        _ plan: SigningPlan, _ stopwatch: Stopwatch, begun check: OwnSignatureCheck?
    ) throws -> AnswerBody {
        do {
            return .outcome(try finish(plan, stopwatch, begun: check))
        } catch {
            try settle(error, of: plan.jobHash, attempts: 1)
            try finishOpenIntents()
        }
        if let stored = try ledger.outcome(of: plan.jobHash) { return .outcome(try JobOutcome(decoding: stored)) }
        guard try ledger.isQuarantined(plan.jobHash) else {
            throw MonitorError.unfinished(job: plan.jobHash, reason: "it was given up and may be asked for again")
        }
        return .refused([.quarantined])
    }

    /// Finishes what was accepted and not finished, as of the time when it was accepted.
    ///
    /// What is no longer admitted is abandoned, and what failed at every attempt goes into quarantine, since nothing of
    /// it has left. Throws if something else than the job is the cause; then the job is left for later.
    mutating func finishOpenIntents() throws {
        while let open = try ledger.openIntents().first {
            try expectRoom(for: open)
            let attempts = try ledger.countAttempt(job: open.job, boot: Self.boot)
            guard attempts <= Self.maximumAttempts else {
                try quarantine(open.job, reason: "the last attempt ended the process")
                continue
            }
            do {
                try finish(open)
                logger.notice("finished an unfinished job", metadata: ["job": "\(open.job)"])
            } catch {
                try settle(error, of: open.job, attempts: attempts)
            }
        }
    }

    /// What an enclave does first once it knows that its log is the newest: it finishes what is open, or leaves that for
    /// later.
    mutating func takeUpWork() throws {
        checkDisk()
        guard health.lock == nil else { return }
        do { try finishOpenIntents() } catch MonitorError.unfinished { return }
    }

    /// Without room for it a job is not even tried; once the disk was full, the reserve has been given back for this.
    private mutating func expectRoom(for open: OpenIntent) throws {
        guard health.lock == nil else { return }
        checkDisk(forJobOf: open.byteCount)
        guard health.lock == nil else {
            throw MonitorError.unfinished(job: open.job, reason: "the disk lacks room for it")
        }
    }

    private mutating func finish(_ open: OpenIntent) throws {
        let stopwatch = Stopwatch()
        let intent = try ledger.readIntent(of: open.job) { source in
            try Intent(decoding: source, byteCount: open.byteCount, policy: policy)
        }
        let validities = intent.job.changes.compactMap { policy.repository($0.repository)?.databaseValiditySeconds }
        // Its signatures would be as old as the decision, and no longer good.
        if let now = try now(), validities.contains(where: { open.decidedAt + $0 <= now }) {
            throw MonitorError.noLongerAdmitted([])
        }
        let memory = try memory(for: intent.job, evidence: intent.evidence)
        let review = JobReview(
            of: intent.job, under: policy, remembering: memory, evidence: intent.evidence, now: open.decidedAt)
        switch review.decision() {
        case .refused(let refusals): throw MonitorError.noLongerAdmitted(refusals)
        case .admitted(let admission):
            let plan = try signingPlan(of: admission, job: open.job, remembering: memory, at: open.decidedAt)
            _ = try finish(plan, stopwatch)
        }
    }

    /// What follows from a failed attempt: the next one, or none any more.
    private mutating func settle(_ error: any Error, of job: SHA256Digest, attempts: UInt64) throws {
        health.note(error)
        logger.error(
            "an attempt failed", metadata: ["job": "\(job)", "attempt": "\(attempts)", "reason": "\(error)"])
        switch error {
        case MonitorError.noLongerAdmitted: try ledger.abandonIntent(job: job)
        case let error as LedgerError: try makeRoom(after: error, for: job)
        default:
            // What any job would suffer from is not this job's fault: the job waits until it is mended.
            do { try testOrLock() } catch {
                try ledger.excuseAttempt(job: job)
                throw error
            }
            guard health.lock == nil else {
                try ledger.excuseAttempt(job: job)
                throw MonitorError.unfinished(job: job, reason: "\(error)")
            }
            if attempts >= Self.maximumAttempts { try quarantine(job, reason: "\(error)") }
        }
    }

    /// Spends the reserve on an accepted job when the disk became full; for any other error the job waits.
    private mutating func makeRoom(after error: LedgerError, for job: SHA256Digest) throws {
        let isFirst = !health.locks.contains(.disk)
        lock(because: error)
        let hasRoom = error.isFullDisk && isFirst
        if hasRoom { try health.reserve.release() }
        // What cannot be excused on such a disk counts.
        if error.isOfTheDisk { try? ledger.excuseAttempt(job: job) }
        guard hasRoom else { throw MonitorError.unfinished(job: job, reason: "\(error)") }
    }

    private mutating func quarantine(_ job: SHA256Digest, reason: String) throws {
        try ledger.quarantineIntent(job: job, reason: reason, time: try now() ?? ledger.lastTime())
        logger.error("put a job into quarantine", metadata: ["job": "\(job)", "reason": "\(reason)"])
    }
}
