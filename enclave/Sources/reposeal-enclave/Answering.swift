import ByteCoding
import Cryptography
import Descriptors
import EnclaveCore
import JailClients
import JailRecords
import Ledger
import Link
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

extension Monitor {
    private static let maximumLeavesPerAnswer: UInt32 = 1000
    private static let maximumRefusalsPerAnswer: UInt32 = 1000

    /// Judges a request by its head, before its body is taken; throws when it is malformed or not authentic.
    func hear(_ untrustedHead: MessageHead) throws -> HeardRequest {
        let signed = try SignedToken(decoding: untrustedHead.content)
        let token = try signed.untrustedToken()
        // A suspect clock signs nothing, but it must not keep the scheduler from reading that it is suspect.
        let time = try now() ?? SystemClock.realtimeSeconds()
        let refusal = RequestReview.refusal(of: signed, token, under: policy, now: time)
        // The answer binds what was signed, not the signature: on a signed no to a changed signature the scheduler
        // would believe that the enclave refused its own good request (H20).
        guard refusal != .signatureInvalid else { throw MonitorError.requestNotAuthentic }
        // Who asked under one policy can check the answer by that one, also if the next one comes into force meanwhile.
        return HeardRequest(
            head: untrustedHead, signed: signed, token: token, answerKey: policy.enclave.answerKey, refusal: refusal)
    }

    /// Answers a request; throws when its body is malformed or when the enclave cannot work.
    ///
    /// It is answered as it was asked: deflated if its body was.
    mutating func answer(_ request: HeardRequest, _ untrustedBody: ReceivedBody) throws -> Message {
        let now = try now()
        let time = now ?? SystemClock.realtimeSeconds()
        var asked: RequestBody?
        let body: AnswerBody
        // Since the head came its time may have passed, and a policy without this scheduler come into force.
        if let refusal = try request.refusal ?? hear(request.head).refusal {
            body = .refused([refusal])
        } else {
            body = try self.body(of: untrustedBody, of: request, now: now, asked: &asked)
        }
        if let now, health.lock == nil { try keepTime(now) }
        let answer = try signed(body, by: request.answerKey, job: asked?.job, for: request, time: time)
        return try message(of: answer, to: asked, encoding: request.head.encoding)
    }

    private mutating func body(
        of untrustedBody: ReceivedBody, of request: HeardRequest, now: UInt64?, asked understood: inout RequestBody?
    ) throws -> AnswerBody {
        let asked: RequestBody
        do {
            let limits = JobLimits(
                maximumBytes: Int(policy.limits.usableBytes), maximumPackages: Int(policy.limits.usablePackages))
            asked = try requestBody(untrustedBody, of: request, limits: limits)
        } catch let error as ByteCodingError {
            guard case .tooLarge(let field, let limit) = error, ["job", "job.packages", "motion"].contains(field)
            else { throw error }
            return .refused([.jobTooLarge(limit: limit)])
        }
        understood = asked
        switch asked {
        case .status:
            checkDisk()
            return .status(try status(now))
        case .job(let asked): return try perform(asked, isSpooled: request.head.isLarge)
        case .outcome(let hash): return try outcome(of: hash)
        case .log(let first, let atMost):
            let count = Int(min(atMost, Self.maximumLeavesPerAnswer))
            return .log(first: first, leaves: try ledger.leaves(from: first, atMost: count))
        case .motion(let asked): return try perform(asked)
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
        if case .range(let size) = asked, size == log.size { return .proof(log.hashes) }
        let newest =
            switch asked {
            case .inclusion(let index, let size): index < size ? size : .max
            case .consistency(let from, let to): 0 < from && from <= to ? to : .max
            case .range(let size): size
            }
        guard newest <= log.size else { return .refused([.entryInvalid(field: "proof: sizes that the log had")]) }
        let hashes = try ledger.leafHashes(0..<newest)
        let proof =
            switch asked {
            case .inclusion(let index, let size):
                MerkleTree.inclusionProof(of: index, in: size) { hashes[Int($0)] }
            case .consistency(let from, let to):
                MerkleTree.consistencyProof(from: from, to: to) { hashes[Int($0)] }
            case .range: CompactRange(hashes).hashes
            }
        return .proof(proof)
    }

    /// Writes down now and then that time has passed, so that a quiet month and a restart do not look like a jump (H18).
    private mutating func keepTime(_ now: UInt64) throws {
        guard try now >= ledger.lastTime() + Self.secondsBetweenTimes else { return }
        try ledger.raiseLastTime(to: now)
    }

    private static var secondsBetweenTimes: UInt64 { 3600 }

    /// Answers what was asked at the console; there is nothing to bind the answer to.
    mutating func answerAtDesk(_ asked: RequestBody) throws -> AnswerBody {
        guard case .motion(let motion) = asked else {
            checkDisk()
            return .status(try status(try now()))
        }
        return try perform(motion)
    }

    private func status(_ now: UInt64?) throws -> EnclaveStatus {
        EnclaveStatus(
            programVersion: Program.version, system: SystemName.ofThisHost(), policyVersion: policy.version,
            policyDigest: policy.digest, distribution: try ledger.firstPolicyDigest() ?? policy.digest,
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
        _ body: AnswerBody, by answerKey: Ed25519PublicKey, job: SHA256Digest?, for request: HeardRequest, time: UInt64
    ) throws -> SignedAnswer {
        let body = body.encoded
        let record = AnswerRecord(
            body: SHA256.digest(of: body), job: job ?? .zeros, nonce: request.token.nonce,
            request: request.signed.digest, logSize: log.size, logRoot: log.root, time: time)
        let signature: Ed25519Signature
        do { signature = try broker.signAnswer(record, answerKey: answerKey) } catch {
            throw MonitorError.brokerFailed(reason: "\(error)")
        }
        guard answerKey.isValidSignature(signature, over: record.signedBytes) else {
            throw MonitorError.wrongSignature("the answer")
        }
        return SignedAnswer(body: body, record: record, signature: signature)
    }
}

/// A request by its head: who signed it is known, and its body is still to come.
struct HeardRequest {
    let head: MessageHead
    let signed: SignedToken
    let token: RequestToken
    /// The key that signs the answer.
    let answerKey: Ed25519PublicKey
    /// Why it is not answered otherwise; its body need not be read then.
    let refusal: Refusal?
}
