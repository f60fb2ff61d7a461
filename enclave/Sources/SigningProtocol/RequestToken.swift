public import Attestation
public import ByteCoding
public import Cryptography

/// Who asks which enclave for what, and when: the part of a request that is signed and that comes first.
public struct RequestToken: Hashable, Sendable {
    /// How many bytes a nonce has.
    public static let nonceByteCount = 32
    private static let version: UInt16 = 2

    /// The scheduler, as the policy calls it.
    public var schedulerID: SignerID
    /// The origin of the log of the enclave that is meant.
    public var logOrigin: String
    /// The epoch of the enclave that is meant.
    public var epoch: UInt64
    /// 32 random bytes that the answer repeats.
    public var nonce: [UInt8]
    /// The first second in which the request counts, in Unix time.
    public var notBefore: UInt64
    /// The last second in which the request counts, in Unix time.
    public var notAfter: UInt64
    /// The number of the kind of what is asked.
    public var kind: UInt8
    /// The digest of the body that follows.
    public var body: SHA256Digest

    /// Puts the parts together; the nonce has 32 bytes.
    public init(
        schedulerID: SignerID, logOrigin: String, epoch: UInt64, nonce: [UInt8], notBefore: UInt64, notAfter: UInt64,
        asking kind: UInt8, body: SHA256Digest
    ) {
        precondition(nonce.count == Self.nonceByteCount, "a nonce has 32 bytes")
        self.schedulerID = schedulerID
        self.logOrigin = logOrigin
        self.epoch = epoch
        self.nonce = nonce
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.kind = kind
        self.body = body
    }

    /// Reads the data of a signed token.
    public init(decoding untrustedData: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedData)
        try reader.constant(Self.version, "token.version")
        let untrustedID = try reader.text("token.schedulerID", atMost: 64)
        schedulerID = try reader.parsed("token.schedulerID", untrustedID) { try SignerID(parsing: $0) }
        logOrigin = try reader.text("token.logOrigin", atMost: 255)
        epoch = try reader.integer("token.epoch")
        nonce = try reader.fixed(Self.nonceByteCount, "token.nonce")
        notBefore = try reader.integer("token.notBefore")
        notAfter = try reader.integer("token.notAfter")
        kind = try reader.integer("token.kind")
        body = try reader.digest("token.body")
        try reader.end("token")
    }

    /// The data that is signed.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.version)
        writer.text(schedulerID.text)
        writer.text(logOrigin)
        writer.integer(epoch)
        writer.fixed(nonce)
        writer.integer(notBefore)
        writer.integer(notAfter)
        writer.integer(kind)
        writer.digest(body)
        return writer.bytes
    }
}
