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
    /// Has an accepted job signed, checks every signature, and makes the outcome durable.
    mutating func finish(_ plan: SigningPlan, _ started: Stopwatch) throws -> JobOutcome {
        var stopwatch = started
        let signed = SignedJob(plan, packets: try packets(for: plan))
        stopwatch.end("sign")
        try verify(signed)
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
            let outcomes = try evidenceCheck.jail.verifyOwnSignatures(
                database: .init(database.plan.content.database, database.databaseSignature),
                files: .init(database.plan.content.filesDatabase, database.filesSignature),
                packages: zip(database.plan.admitted, database.packageSignatures).compactMap { package, signature in
                    package.state.map { VerificationRequest.Item(state: $0, signature: signature) }
                }, certificate: certificate.bytes)
            for outcome in outcomes {
                guard case .valid(let verdict) = outcome, verdict.primaryFingerprint == repository.key else {
                    throw MonitorError.wrongSignature("one of \(database.plan.location): \(outcome)")
                }
            }
        }
    }
}

extension VerifierJail.SignedDatabase {
    fileprivate init(_ database: EncodedDatabase, _ signature: [UInt8]) {
        self.init(pieces: database.chunks.map(\.bytes), signature: signature)
    }
}
