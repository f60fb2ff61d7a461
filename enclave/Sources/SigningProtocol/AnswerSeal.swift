public import ByteCoding
public import Cryptography
public import JailRecords

/// What the head of an answer has of its record: the rest is known to whoever asked.
public struct AnswerSeal: Hashable, Sendable {
    /// Whether the record names the job or motion that the request was about; it does not where the body was not read.
    public var namesJob: Bool
    /// How many leaves the log has.
    public var logSize: UInt64
    /// The root of the log.
    public var logRoot: SHA256Digest
    /// The enclave's time, in Unix seconds.
    public var time: UInt64
    /// The enclave's signature over the record.
    public var signature: Ed25519Signature
    /// The digest of the body, where it is so large that it may come in several pieces; else it is computed.
    public var body: SHA256Digest?

    /// The seal of a signed answer; the body's digest is a part of it if asked for.
    public init(of answer: SignedAnswer, withDigest: Bool) {
        namesJob = answer.record.job != .zeros
        logSize = answer.record.logSize
        logRoot = answer.record.logRoot
        time = answer.record.time
        signature = answer.signature
        body = withDigest ? answer.record.body : nil
    }

    /// Reads the content of an answer's head.
    public init(decoding untrustedBytes: [UInt8], withDigest: Bool) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        namesJob = try reader.flag("answer.namesJob")
        logSize = try reader.integer("answer.logSize")
        logRoot = try reader.digest("answer.logRoot")
        time = try reader.integer("answer.time")
        let untrustedSignature = try reader.fixed(Ed25519Signature.byteCount, "answer.signature")
        signature = try reader.parsed("answer.signature", untrustedSignature) { try Ed25519Signature(bytes: $0) }
        body = withDigest ? try reader.digest("answer.body") : nil
        try reader.end("answer")
    }

    /// The content of an answer's head.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.integer(namesJob ? 1 : 0 as UInt8)
        writer.integer(logSize)
        writer.digest(logRoot)
        writer.integer(time)
        writer.fixed(signature.bytes)
        if let body { writer.digest(body) }
        return writer.bytes
    }

    /// The record that the enclave must have signed if it answered this request with this body.
    public func record(
        body: SHA256Digest, to request: SignedToken, nonce: [UInt8], about job: SHA256Digest?
    ) -> AnswerRecord {
        AnswerRecord(
            body: body, job: namesJob ? job ?? .zeros : .zeros, nonce: nonce, request: request.digest, logSize: logSize,
            logRoot: logRoot, time: time)
    }
}
