import Attestation
import Cryptography
import EnclaveCore
import JailClients
import JailRecords
import Ledger
import Logging
import OpenPGPFormat
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

extension Monitor {
    /// Decides a job and, if it is admitted, carries it out: intent, sign, verify, outcome and log, then the answer.
    ///
    /// Its form is judged before anything is verified or read, and the time is that after the verification.
    mutating func perform(_ job: Job) throws -> AnswerBody {
        let hash = job.hash
        if let stored = try ledger.outcome(of: hash) { return .outcome(try JobOutcome(decoding: stored)) }
        guard let start = try now() else { return .refused([.clockSuspect]) }
        let malformed = JobStructure.refusals(of: job, under: policy, now: start)
        guard malformed.isEmpty else { return try refuse(malformed, job: hash, at: start) }
        let checked = try evidenceCheck(job.evidence)
        guard let now = try now() else { return .refused([.clockSuspect]) }
        let memory = try Memory(of: ledger, for: job, under: policy)
        let review = JobReview(
            of: job, under: policy, remembering: memory, evidence: checked.verified,
            rejectedEvidence: checked.rejected, now: now)
        switch review.decision() {
        case .refused(let refusals): return try refuse(refusals, job: hash, at: now)
        case .admitted(let admission):
            try ledger.recordIntent(
                job: hash, encoding: Intent(job: job, evidence: checked.verified).encoded, decidedAt: now)
            do {
                return .outcome(try finish(admission, of: hash, remembering: memory, at: now))
            } catch {
                throw MonitorError.unfinished(job: hash, reason: "\(error)")
            }
        }
    }

    private mutating func refuse(_ refusals: [Refusal], job: SHA256Digest, at now: UInt64) throws -> AnswerBody {
        let codes = refusals.map(\.code).joined(separator: " ")
        try ledger.recordRefusal("\(job): \(codes)", time: now)
        logger.notice("refused", metadata: ["job": "\(job)", "codes": "\(codes)"])
        return .refused(refusals)
    }

    /// Finishes what an earlier run accepted and did not finish, as of the time when it was accepted.
    ///
    /// What is no longer admitted, or failed at several starts, is abandoned, since nothing of it has left; any other
    /// failure ends the monitor and leaves the job for the next start.
    mutating func finishOpenIntents() throws {
        for open in try ledger.openIntents() {
            let attempts = try ledger.countAttempt(job: open.job)
            do {
                try finish(open)
                logger.notice("finished an unfinished job", metadata: ["job": "\(open.job)"])
            } catch {
                var isLast = attempts >= Self.maximumAttempts
                if case MonitorError.noLongerAdmitted = error { isLast = true }
                guard isLast else { throw MonitorError.unfinished(job: open.job, reason: "\(error)") }
                try ledger.abandonIntent(job: open.job)
                logger.error("abandoned an unfinished job", metadata: ["job": "\(open.job)", "reason": "\(error)"])
            }
        }
    }

    /// How many starts try to finish one job.
    private static var maximumAttempts: UInt64 { 3 }

    private mutating func finish(_ open: OpenIntent) throws {
        let intent = try Intent(decoding: open.encoding, policy: policy)
        let memory = try Memory(of: ledger, for: intent.job, under: policy)
        let review = JobReview(
            of: intent.job, under: policy, remembering: memory, evidence: intent.evidence, now: open.decidedAt)
        switch review.decision() {
        case .refused(let refusals): throw MonitorError.noLongerAdmitted(refusals)
        case .admitted(let admission): _ = try finish(admission, of: open.job, remembering: memory, at: open.decidedAt)
        }
    }

    private mutating func finish(
        _ admission: AdmittedJob, of hash: SHA256Digest, remembering memory: Memory, at time: UInt64
    ) throws -> JobOutcome {
        let plan = try SigningPlan(
            signing: admission, of: hash, under: policy, remembering: memory, firstLeafIndex: log.size, at: time)
        let signed = SignedJob(plan, packets: try packets(for: plan))
        try verify(signed)
        let (grown, note) = try log.checkpoint(adding: signed.leaves, by: logKey, over: broker, job: hash)
        let outcome = JobOutcome(signed, plan: plan, checkpointNote: note)
        try ledger.commit(JobCommit(signed, plan: plan, outcome: outcome, policy: policy))
        log = grown
        let serials = signed.databases.map { "\($0.plan.location) \($0.plan.serial)" }.joined(separator: ", ")
        logger.notice("signed", metadata: ["job": "\(hash)", "serials": "\(serials)", "log": "\(log.size)"])
        return outcome
    }

    /// The first signer round: all digests of one key in one jail.
    private func packets(for plan: SigningPlan) throws -> [[UInt8]] {
        var raw = [[UInt8]](repeating: [], count: plan.requests.count)
        for key in Set(plan.requests.map(\.key)).sorted() {
            let indices = plan.requests.indices.filter { plan.requests[$0].key == key }
            let signatures = try broker.sign(
                digests: indices.map { plan.requests[$0].digest }, key: key, job: plan.jobHash)
            for (index, signature) in zip(indices, signatures) { raw[index] = signature }
        }
        return zip(plan.requests, raw).map { $0.packet(rawSignature: $1) }
    }

    /// Every signature is checked in a process without keys before anything of the job is remembered: databases by gpg,
    /// packages by a fresh reading of the packets against the SHA-256 states.
    private func verify(_ signed: SignedJob) throws {
        for database in signed.databases {
            guard let repository = policy.repository(database.plan.location.repository) else { continue }
            let certificate = try certificate(of: repository.key)
            for (signature, content) in [
                (database.databaseSignature, database.plan.database),
                (database.filesSignature, database.plan.filesDatabase),
            ] {
                try check(
                    evidenceCheck.jail.verifyDatabaseSignature(
                        signature, over: content.bytes, certificate: certificate.bytes),
                    by: repository.key, "the database of \(database.plan.location)")
            }
            let items = zip(database.plan.admitted, database.packageSignatures).compactMap { package, signature in
                package.state.map { VerificationRequest.Item(state: $0, signature: signature) }
            }
            guard !items.isEmpty else { continue }
            try check(
                evidenceCheck.jail.verifyPackageSignatures(certificate: certificate.bytes, items: items),
                by: repository.key, "the packages of \(database.plan.location)")
        }
    }

    private func check(_ outcome: SignatureVerification, by key: Fingerprint, _ what: String) throws {
        guard case .valid(let verdict) = outcome, verdict.primaryFingerprint == key else {
            throw MonitorError.wrongSignature("\(what): \(outcome)")
        }
    }
}
