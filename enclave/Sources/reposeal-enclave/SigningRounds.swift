import Cryptography
import EnclaveCore
import JailClients
import JailRecords
import Ledger
import Logging
import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

extension Monitor {
    /// Starts the verifiers that will check the signatures of a job, so that they are ready when it is decided.
    ///
    /// Not where the job might outlive a jail, or has several databases, whose verifiers would only wait for each other.
    func beginCheck(of job: Job, remembering memory: Memory) throws -> OwnSignatureCheck? {
        guard [.update, .refresh].contains(job.kind), job.packageCount < SigningRequest.maximumCount,
            job.changes.count == 1, let (location, database) = memory.databases.first, database.signed != nil,
            let repository = policy.repository(location.repository)
        else { return nil }
        return try beginCheck(of: repository.key)
    }

    private func beginCheck(of key: Fingerprint) throws -> OwnSignatureCheck {
        try evidenceCheck.jail.beginOwnSignatures(certificate: try certificate(of: key).bytes)
    }

    /// Has an accepted job signed, checks every signature, and makes the outcome durable.
    mutating func finish(
        _ plan: SigningPlan, _ started: Stopwatch, begun check: OwnSignatureCheck? = nil
    ) throws -> JobOutcome {
        var stopwatch = started
        let signed = SignedJob(plan, packets: try packets(for: plan, begun: check))
        stopwatch.end("sign")
        try verify(signed, plan, begun: check)
        stopwatch.end("check")
        let (grown, note) = try log.checkpoint(adding: signed.leaves, by: logKey, over: broker, job: plan.jobHash)
        let outcome = JobOutcome(signed, plan: plan, checkpointNote: note)
        try ledger.commit(JobCommit(signed, plan: plan, outcome: outcome))
        log = grown
        recent = Dictionary(uniqueKeysWithValues: signed.databases.map { ($0.plan.location, $0.plan.content) })
        stopwatch.end("commit")
        health.note(stopwatch.steps, of: plan.jobHash)
        let serials = signed.databases.map { "\($0.plan.location) \($0.plan.serial)" }.joined(separator: ", ")
        logger.notice("signed", metadata: ["job": "\(plan.jobHash)", "serials": "\(serials)", "log": "\(log.size)"])
        return outcome
    }

    /// The first signer round: all digests of one key in one jail, and meanwhile the databases to their verifiers.
    private func packets(for plan: SigningPlan, begun check: OwnSignatureCheck?) throws -> [[UInt8]] {
        var raw = [[UInt8]](repeating: [], count: plan.requests.count)
        var waiting = check
        for key in Set(plan.requests.map(\.key)).sorted() {
            let indices = plan.requests.indices.filter { plan.requests[$0].key == key }
            let signatures = try broker.sign(
                digests: indices.map { plan.requests[$0].digest }, key: key, job: plan.jobHash
            ) { () throws(JailClientError) in try waiting.take()?.send(databasesOf: 0, in: plan) }
            for (index, signature) in zip(indices, signatures) { raw[index] = signature }
        }
        return zip(plan.requests, raw).map { $0.packet(rawSignature: $1) }
    }

    /// Every signature is checked in a process without keys before anything of the job is remembered: databases by gpg,
    /// packages by a fresh reading of the packets against the SHA-256 states.
    private func verify(_ signed: SignedJob, _ plan: SigningPlan, begun: OwnSignatureCheck?) throws {
        for (index, database) in signed.databases.enumerated() {
            guard let repository = policy.repository(database.plan.location.repository) else { continue }
            let check = try begun ?? beginCheck(of: repository.key)
            if begun == nil { try check.send(databasesOf: index, in: plan) }
            let outcomes = try check.outcomes(
                database: database.databaseSignature, files: database.filesSignature,
                packages: zip(database.plan.admitted, database.packageSignatures).compactMap { package, signature in
                    package.state.map { VerificationRequest.Item(state: $0, signature: signature) }
                })
            for outcome in outcomes {
                guard case .valid(let verdict) = outcome,
                    policy.enclave.repositoryKey(repository.key)?.made(verdict) == true
                else {
                    throw MonitorError.wrongSignature("one of \(database.plan.location): \(outcome)")
                }
            }
        }
    }
}

extension OwnSignatureCheck {
    /// Sends the databases of the plan with this index, without which no signature over them is good.
    fileprivate func send(databasesOf index: Int, in plan: SigningPlan) throws(JailClientError) {
        guard let template = plan.requests.first(where: { $0.subject == .database(index) })?.template else { return }
        let content = plan.admission.databases[index].content
        try send(
            database: content.database.chunks.map(\.bytes), files: content.filesDatabase.chunks.map(\.bytes),
            signedLike: template)
    }
}
