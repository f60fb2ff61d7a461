import ByteCoding
import Cryptography
import Descriptors
import EnclaveCore
import JailClients
import JailRecords
import Ledger
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

extension Monitor {
    private static let maximumLeavesPerAnswer: UInt32 = 1000
    private static let maximumRefusalsPerAnswer: UInt32 = 1000

    /// Answers one message of the scheduler; throws when it is malformed or when the enclave cannot work.
    mutating func answer(_ untrustedMessage: [UInt8]) throws -> [UInt8] {
        let request = try SignedRequest(decoding: untrustedMessage)
        let header = try request.untrustedHeader()
        let now = try now()
        // A suspect clock signs nothing, but it must not keep the scheduler from reading that it is suspect.
        let time = now ?? SystemClock.realtimeSeconds()
        // Who asked under one policy can check the answer by that one, also if the next one came into force meanwhile.
        let answerKey = policy.enclave.answerKey
        var job: SHA256Digest?
        let body: AnswerBody
        if let refusal = RequestReview.refusal(of: request, header: header, under: policy, now: time) {
            // The answer binds what was signed, not the signature: on a signed no to a changed signature the scheduler
            // would believe that the enclave refused its own good request (H20).
            guard refusal != .signatureInvalid else { throw MonitorError.requestNotAuthentic }
            body = .refused([refusal])
        } else {
            body = try self.body(of: request, now: now, job: &job)
        }
        if let now, health.lock == nil { try keepTime(now) }
        return try signed(body, by: answerKey, job: job, for: request, header: header, time: time)
    }

    private mutating func body(of request: SignedRequest, now: UInt64?, job: inout SHA256Digest?) throws -> AnswerBody {
        let asked: RequestBody
        do throws(ByteCodingError) {
            let limits = JobLimits(
                maximumBytes: Int(policy.limits.maxJobBytes), maximumPackages: Int(policy.limits.maxJobPackages))
            asked = try Request(decoding: request.data, limits: limits).body
        } catch {
            guard case .tooLarge(let field, let limit) = error, ["job", "job.packages", "motion"].contains(field)
            else { throw error }
            return .refused([.jobTooLarge(limit: limit)])
        }
        switch asked {
        case .status:
            checkDisk()
            return .status(try status(now))
        case .job(let asked):
            job = asked.hash
            return try perform(asked)
        case .outcome(let hash):
            job = hash
            return try outcome(of: hash)
        case .log(let first, let atMost):
            let count = Int(min(atMost, Self.maximumLeavesPerAnswer))
            return .log(first: first, leaves: try ledger.leaves(from: first, atMost: count))
        case .motion(let asked):
            job = asked.hash
            return try perform(asked)
        case .proof(let asked): return try prove(asked)
        case .refusals(let atMost):
            return .refusals(
                try ledger.refusals(atMost: Int(min(atMost, Self.maximumRefusalsPerAnswer))).map {
                    PastRefusal(number: $0.number, time: $0.time, text: $0.text)
                })
        case .echo(let bytes): return .echo(bytes)
        }
    }

    /// Proves something about the log as it is or was; there is no proof about leaves that it does not have.
    private func prove(_ asked: ProofRequest) throws -> AnswerBody {
        let newest =
            switch asked {
            case .inclusion(let index, let size): index < size ? size : .max
            case .consistency(let from, let to): 0 < from && from <= to ? to : .max
            }
        guard newest <= log.size else { return .refused([.entryInvalid(field: "proof: sizes that the log had")]) }
        let hashes = try ledger.leafHashes(0..<newest)
        let proof =
            switch asked {
            case .inclusion(let index, let size):
                MerkleTree.inclusionProof(of: index, in: size) { hashes[Int($0)] }
            case .consistency(let from, let to):
                MerkleTree.consistencyProof(from: from, to: to) { hashes[Int($0)] }
            }
        return .proof(proof)
    }

    /// Writes down now and then that time has passed, so that a quiet month and a restart do not look like a jump (H18).
    private mutating func keepTime(_ now: UInt64) throws {
        guard try now >= ledger.lastTime() + Self.secondsBetweenTimes else { return }
        try ledger.raiseLastTime(to: now)
    }

    private static var secondsBetweenTimes: UInt64 { 3600 }

    private func status(_ now: UInt64?) throws -> EnclaveStatus {
        EnclaveStatus(
            programVersion: Program.version, policyVersion: policy.version, policyDigest: policy.digest,
            distribution: try ledger.firstPolicyDigest() ?? policy.digest,
            repositories: try ledger.repositories().map {
                EnclaveStatus.Repository(
                    repository: $0.repository, architecture: $0.architecture, serial: $0.serial,
                    database: $0.databaseDigest)
            },
            logSize: log.size, logRoot: log.root, checkpointNote: try ledger.checkpoint(),
            time: try now ?? ledger.lastTime(), state: state(now), start: start,
            codecID: Codec.identifier, codecLibrary: Codec.libraryVersion, health: try report(),
            recovery: try announcedPolicy())
    }

    private func report() throws -> EnclaveHealth {
        var report = try health.report(ledger)
        if report.lock.isEmpty { report.lock = startLock.rawValue }
        return report
    }

    private func state(_ now: UInt64?) -> String {
        if health.lock != nil || startLock != .lifted { "locked" } else { now == nil ? "clockSuspect" : "ready" }
    }

    /// The third signer round: every answer, refusals included, is bound to its request and to the log (H20).
    private func signed(
        _ body: AnswerBody, by answerKey: Ed25519PublicKey, job: SHA256Digest?, for request: SignedRequest,
        header: RequestHeader, time: UInt64
    ) throws -> [UInt8] {
        let body = body.encoded
        let none = try SHA256Digest(bytes: [UInt8](repeating: 0, count: 32))
        let record = AnswerRecord(
            body: SHA256.digest(of: body), job: job ?? none, nonce: header.nonce, request: request.digest,
            logSize: log.size, logRoot: log.root, time: time)
        let signature: Ed25519Signature
        do { signature = try broker.signAnswer(record, answerKey: answerKey) } catch {
            throw MonitorError.brokerFailed(reason: "\(error)")
        }
        guard answerKey.isValidSignature(signature, over: record.signedBytes) else {
            throw MonitorError.wrongSignature("the answer")
        }
        return SignedAnswer(body: body, record: record, signature: signature).encoded
    }
}
