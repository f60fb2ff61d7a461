import ByteCoding
import Cryptography
public import JailRecords
public import SigningProtocol

/// An answer that is signed by the enclave and belongs to the request.
public struct EnclaveAnswer: Hashable, Sendable {
    /// What the enclave says.
    public let body: AnswerBody
    /// The answer as it came, to keep as evidence.
    public let signed: SignedAnswer

    /// What binds it to the request, with the head of the log and the enclave's time.
    public var record: AnswerRecord { signed.record }

    /// Believes nothing before the signature holds, and then only what the record binds to this request (H20).
    ///
    /// The record is put together from the request and the answer: what belongs to another request has no signature.
    init(
        checking untrustedSeal: AnswerSeal, _ untrustedBody: [UInt8], by answerKey: Ed25519PublicKey,
        asked: RequestBody, in request: SignedToken, nonce: [UInt8]
    ) throws(EnclaveClientError) {
        let digest = SHA256.digest(of: untrustedBody)
        guard untrustedSeal.body ?? digest == digest else { throw .answerNotSigned }
        guard asked.job != nil || !untrustedSeal.namesJob else {
            throw .malformedAnswer(reason: "answer.namesJob: expected 0 where nothing was asked about a job")
        }
        let record = untrustedSeal.record(body: digest, to: request, nonce: nonce, about: asked.job)
        signed = SignedAnswer(body: untrustedBody, record: record, signature: untrustedSeal.signature)
        guard signed.isSigned(by: answerKey) else { throw .answerNotSigned }
        do throws(ByteCodingError) { body = try AnswerBody(decoding: untrustedBody) } catch {
            throw .malformedAnswer(reason: "\(error)")
        }
        try Self.check(body, record, against: asked)
    }

    private static func check(
        _ body: AnswerBody, _ record: AnswerRecord, against asked: RequestBody
    ) throws(EnclaveClientError) {
        switch (asked, body) {
        case (.status, .status), (.outcome, .unknownJob), (.proof, .proof), (.refusals, .refusals), (_, .refused):
            return
        case (.echo(let sent), .echo(let said)):
            guard sent == said else { throw .answerForAnotherRequest(field: "echo") }
        case (.log(let from, _), .log(let first, _)):
            guard from == first else { throw .answerForAnotherRequest(field: "log position") }
        case (.job(let job), .outcome(let outcome)):
            guard outcome.jobHash == job.hash, record.job == job.hash else {
                throw .answerForAnotherRequest(field: "job hash")
            }
        case (.motion(let motion), .outcome(let outcome)):
            guard outcome.jobHash == motion.hash, record.job == motion.hash else {
                throw .answerForAnotherRequest(field: "job hash")
            }
        case (.outcome(let hash), .outcome(let outcome)):
            guard outcome.jobHash == hash else { throw .answerForAnotherRequest(field: "job hash") }
        default: throw .answerForAnotherRequest(field: "kind")
        }
    }
}
