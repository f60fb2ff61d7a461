import Attestation
public import ByteCoding
public import Cryptography

/// What the enclave signs about each of its answers (H20): 184 bytes.
public struct AnswerRecord: Hashable, Sendable {
    /// How many bytes a record has.
    public static let byteCount = 184
    /// The payload type under which records are signed.
    public static let payloadType = "application/vnd.reposeal.answer.v1"

    /// The digest of the answer's body.
    public let body: SHA256Digest
    /// The job that was answered; zeros where the request was no job.
    public let job: SHA256Digest
    /// The nonce of the request.
    public let nonce: [UInt8]
    /// The digest of the request's data.
    public let request: SHA256Digest
    /// How many leaves the log has.
    public let logSize: UInt64
    /// The root of the log.
    public let logRoot: SHA256Digest
    /// The enclave's time, in seconds since 1970.
    public let time: UInt64

    /// Puts a record together; the nonce has 32 bytes.
    public init(
        body: SHA256Digest, job: SHA256Digest, nonce: [UInt8], request: SHA256Digest, logSize: UInt64,
        logRoot: SHA256Digest, time: UInt64
    ) {
        precondition(nonce.count == 32, "a request's nonce has 32 bytes")
        self.body = body
        self.job = job
        self.nonce = nonce
        self.request = request
        self.logSize = logSize
        self.logRoot = logRoot
        self.time = time
    }

    /// Reads a record with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try self.init(reading: &reader)
        try reader.end("answer record")
    }

    init(reading reader: inout ByteReader) throws(ByteCodingError) {
        body = try reader.digest("answer body")
        job = try reader.digest("job")
        nonce = try reader.fixed(32, "nonce")
        request = try reader.digest("request")
        logSize = try reader.integer("log size")
        logRoot = try reader.digest("log root")
        time = try reader.integer("time")
        try reader.constant(UInt64(0), "reserved")
    }

    /// The record's bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.fixed(body.bytes + job.bytes + nonce + request.bytes)
        writer.integer(logSize)
        writer.fixed(logRoot.bytes)
        writer.integer(time)
        writer.integer(UInt64(0))
        return writer.bytes
    }

    /// The bytes that the signature covers.
    public var signedBytes: [UInt8] {
        PreAuthenticationEncoding.bytes(payloadType: Self.payloadType, body: bytes)
    }
}
