import Attestation
public import ByteCoding
public import Cryptography

/// An answer with the record that binds it to its request and the enclave's signature over the record, unchecked.
public struct SignedAnswer: Hashable, Sendable {
    /// The payload type under which answer records are signed.
    public static let payloadType = "application/vnd.reposeal.answer.v1"
    /// How many bytes an answer record has.
    public static let recordByteCount = 184

    /// The encoded body.
    public let body: [UInt8]
    /// The answer record.
    public let answerRecord: [UInt8]
    /// The enclave's signature over the pre-authentication encoding of the record.
    public let signature: Ed25519Signature

    /// Puts the parts together; the record has 184 bytes.
    public init(body: [UInt8], answerRecord: [UInt8], signature: Ed25519Signature) {
        precondition(answerRecord.count == Self.recordByteCount, "an answer record has 184 bytes")
        self.body = body
        self.answerRecord = answerRecord
        self.signature = signature
    }

    /// Reads a message; body and record stay as they are.
    public init(decoding untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        body = try reader.counted("answer.body")
        answerRecord = try reader.fixed(Self.recordByteCount, "answer.record")
        let untrustedSignature = try reader.fixed(Ed25519Signature.byteCount, "answer.signature")
        signature = try reader.parsed("answer.signature", untrustedSignature) { try Ed25519Signature(bytes: $0) }
        try reader.end("answer")
    }

    /// The message.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.counted(body)
        writer.fixed(answerRecord)
        writer.fixed(signature.bytes)
        return writer.bytes
    }

    /// The bytes that the signature covers.
    public var signedBytes: [UInt8] {
        PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: answerRecord)
    }
}
