import ByteCoding
import Cryptography
import EnclaveCore
import Ledger
import Logging
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

extension Monitor {
    /// Decides a job and, if it is admitted, carries it out: intent, sign, verify, outcome and log, then the answer.
    ///
    /// An error of the ledger before the intent refuses the job and locks the enclave. Where the job came through the
    /// spool, it is kept there until the ledger has it.
    mutating func perform(_ job: Job, isSpooled: Bool) throws -> AnswerBody {
        let hash = job.hash
        do {
            if let stored = try storedOutcome(of: hash) { return stored }
            if let refusal = startLock.refusal { return .refused([refusal]) }
            checkDisk(forJobOf: job.encodedByteCount)
            if let lockRefusal { return .refused([lockRefusal]) }
            // They have waited for room, or for a key.
            try finishOpenIntents()
            return try storedOutcome(of: hash) ?? judge(job, hash, isSpooled: isSpooled)
        } catch let error as LedgerError {
            lock(because: error)
            return .refused([.enclaveLocked(reason: error.isFullDisk ? "disk" : "ledger")])
        }
    }

    /// What became of an earlier job; one that is accepted and not finished is finished now, or refused an answer.
    ///
    /// An enclave whose disk could be an old one does not say that it does not know a job.
    mutating func outcome(of hash: SHA256Digest) throws -> AnswerBody {
        if let stored = try storedOutcome(of: hash) { return stored }
        if let refusal = startLock.refusal { return .refused([refusal]) }
        guard try ledger.openIntents().contains(where: { $0.job == hash }) else { return .unknownJob }
        if let lockRefusal { return .refused([lockRefusal]) }
        try finishOpenIntents()
        return try storedOutcome(of: hash) ?? .unknownJob
    }

    /// The outcome that a job or motion has had since before; none of a log that is known not to be the true one.
    ///
    /// While the enclave waits since its start, what is in its log may be told again: nothing is signed but the answer, and
    /// on an old disk, too, it is the history that there was.
    func storedOutcome(of hash: SHA256Digest) throws -> AnswerBody? {
        guard startLock != .contradicted, let stored = try ledger.outcome(of: hash) else { return nil }
        return .outcome(try JobOutcome(decoding: stored))
    }

    /// Its form is judged before anything is verified or read, and the time is that after the verification.
    private mutating func judge(_ job: Job, _ hash: SHA256Digest, isSpooled: Bool) throws -> AnswerBody {
        guard let start = try now() else { return .refused([.clockSuspect]) }
        let isQuarantined = try ledger.isQuarantined(hash)
        let barred = isQuarantined ? [.quarantined] : JobStructure.refusals(of: job, under: policy, now: start)
        guard barred.isEmpty else { return try refuse(barred, job: hash, at: start) }
        var stopwatch = Stopwatch()
        let checked = try evidenceCheck(job.evidence)
        stopwatch.end("verify")
        guard let now = try now() else { return .refused([.clockSuspect]) }
        let memory = try memory(for: job, evidence: checked.verified)
        stopwatch.end("remember")
        // Without it the check begins after the signatures were made, and fails there if jails cannot start.
        let check = try? beginCheck(of: job, remembering: memory)
        let review = JobReview(
            of: job, under: policy, remembering: memory, evidence: checked.verified,
            rejectedEvidence: checked.rejected, now: now)
        let explained = review.explainedDecision()
        stopwatch.end("decide")
        guard case .admitted(let admission) = explained.decision else {
            try record(explained.equivocations, of: hash, at: now)
            return try refuse(explained.decision.refusals, job: hash, at: now)
        }
        let plan: SigningPlan
        do throws(SigningPlanError) {
            plan = try signingPlan(of: admission, job: hash, remembering: memory, at: now)
        } catch {
            return try refuse([error.refusal], job: hash, at: now)
        }
        stopwatch.end("plan")
        try record(Intent(job: job, evidence: checked.verified), of: hash, at: now)
        if isSpooled { freeSpool() }
        stopwatch.end("intent")
        return try carryOut(plan, stopwatch, begun: check)
    }

    private mutating func record(_ intent: Intent, of hash: SHA256Digest, at now: UInt64) throws {
        var byteCount = 0
        ByteWriter.pieces(of: intent.write) { byteCount += $0.count }
        try ledger.recordIntent(job: hash, byteCount: byteCount, decidedAt: now, boot: Self.boot) { take in
            ByteWriter.pieces(of: intent.write, take)
        }
    }

    mutating func refuse(_ refusals: [Refusal], job: SHA256Digest, at now: UInt64) throws -> AnswerBody {
        let codes = refusals.map(\.code).joined(separator: " ")
        try ledger.recordRefusal("\(job): \(codes)", time: now)
        logger.notice("refused", metadata: ["job": "\(job)", "codes": "\(codes)"])
        return .refused(refusals)
    }

    /// What the decision about a job can depend on; entries that do not parse are damage like any other.
    func memory(for job: Job, evidence: [VerifiedStatement]) throws -> Memory {
        do {
            return try Memory(of: ledger, for: job, evidence: evidence, under: policy, recent: recent)
        } catch let error as RepositoryDatabaseError {
            throw LedgerError.damaged(finding: "\(error)")
        }
    }

    /// The signatures of a job, with the next leaf of the log as its first.
    func signingPlan(
        of admission: AdmittedJob, job: SHA256Digest, remembering memory: Memory, at time: UInt64
    ) throws(SigningPlanError) -> SigningPlan {
        try SigningPlan(
            signing: admission, of: job, under: policy, remembering: memory, firstLeafIndex: log.size, at: time)
    }
}

extension Decision {
    fileprivate var refusals: [Refusal] {
        if case .refused(let refusals) = self { refusals } else { [] }
    }
}

extension SigningPlanError {
    /// Nothing was accepted yet, so a policy that cannot be carried out is an answer and no failure.
    fileprivate var refusal: Refusal {
        switch self {
        case .keyUnavailable: .keyUnavailable
        case .unrepresentable: .policyUnsound(reason: description)
        }
    }
}
