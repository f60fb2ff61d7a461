public import ByteCoding
public import Cryptography
public import JailRecords

/// An answer with the record that binds it to its request and the enclave's signature over the record, unchecked.
public struct SignedAnswer: Hashable, Sendable {
    /// The encoded body.
    public let body: [UInt8]
    /// What binds the body to the request.
    public let record: AnswerRecord
    /// The enclave's signature over the record's `signedBytes`.
    public let signature: Ed25519Signature

    /// Puts the parts together.
    public init(body: [UInt8], record: AnswerRecord, signature: Ed25519Signature) {
        self.body = body
        self.record = record
        self.signature = signature
    }

    /// Reads a message; the body stays as it is.
    public init(decoding untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        body = try reader.counted("answer.body")
        record = try AnswerRecord(parsing: try reader.fixed(AnswerRecord.byteCount, "answer.record"))
        let untrustedSignature = try reader.fixed(Ed25519Signature.byteCount, "answer.signature")
        signature = try reader.parsed("answer.signature", untrustedSignature) { try Ed25519Signature(bytes: $0) }
        try reader.end("answer")
    }

    /// The message.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.counted(body)
        writer.fixed(record.bytes)
        writer.fixed(signature.bytes)
        return writer.bytes
    }

    /// Whether the holder of this key signed the record, and the record is for the body.
    public func isSigned(by key: Ed25519PublicKey) -> Bool {
        key.isValidSignature(signature, over: record.signedBytes) && record.body == SHA256.digest(of: body)
    }
}
