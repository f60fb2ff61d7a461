public import Attestation
public import ByteCoding
public import Cryptography

/// Who asks which enclave, and when.
public struct RequestHeader: Hashable, Sendable {
    /// How many bytes a nonce has.
    public static let nonceByteCount = 32
    private static let version: UInt16 = 1

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

    /// Puts the parts together; the nonce has 32 bytes.
    public init(
        schedulerID: SignerID, logOrigin: String, epoch: UInt64, nonce: [UInt8], notBefore: UInt64, notAfter: UInt64
    ) {
        precondition(nonce.count == Self.nonceByteCount, "a nonce has 32 bytes")
        self.schedulerID = schedulerID
        self.logOrigin = logOrigin
        self.epoch = epoch
        self.nonce = nonce
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        try reader.constant(Self.version, "request.version")
        let untrustedID = try reader.text("request.schedulerID", atMost: 64)
        schedulerID = try reader.parsed("request.schedulerID", untrustedID) { try SignerID(parsing: $0) }
        logOrigin = try reader.text("request.logOrigin", atMost: 255)
        epoch = try reader.integer("request.epoch")
        nonce = try reader.fixed(Self.nonceByteCount, "request.nonce")
        notBefore = try reader.integer("request.notBefore")
        notAfter = try reader.integer("request.notAfter")
    }

    func write(to writer: inout ByteWriter) {
        writer.integer(Self.version)
        writer.text(schedulerID.text)
        writer.text(logOrigin)
        writer.integer(epoch)
        writer.fixed(nonce)
        writer.integer(notBefore)
        writer.integer(notAfter)
    }
}

/// What is asked.
public enum RequestBody: Hashable, Sendable {
    /// How the enclave is, and what it holds.
    case status
    /// To sign.
    case job(Job)
    /// What became of a job, given by its hash.
    case outcome(of: SHA256Digest)
    /// Leaves of the log from a position on, at most so many.
    case log(from: UInt64, atMost: UInt32)
    /// To change something about the enclave itself.
    case motion(Motion)
    /// A proof about the log.
    case proof(ProofRequest)
    /// The newest refusals, at most so many.
    case refusals(atMost: UInt32)
    /// To say these bytes again, which tests the link.
    case echo([UInt8])

    /// The most bytes that are said again.
    public static let maximumEchoBytes = 1 << 20

    init(from reader: inout ByteReader, limits: JobLimits) throws(ByteCodingError) {
        switch try reader.integer("request.kind", as: UInt8.self) {
        case 1: self = .status
        case 2: self = .job(try Job(from: &reader, limits: limits))
        case 3: self = .outcome(of: try reader.digest("request.jobHash"))
        case 4: self = .log(from: try reader.integer("request.from"), atMost: try reader.integer("request.atMost"))
        case 5: self = .motion(try Motion(from: &reader))
        case 6: self = .proof(try ProofRequest(from: &reader))
        case 7: self = .refusals(atMost: try reader.integer("request.atMost"))
        case 8: self = .echo(try reader.counted("request.echo", atMost: Self.maximumEchoBytes))
        default: throw reader.malformed("request.kind", "1 to 8")
        }
    }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .status: writer.integer(1 as UInt8)
        case .job(let job):
            writer.integer(2 as UInt8)
            job.write(to: &writer)
        case .outcome(let hash):
            writer.integer(3 as UInt8)
            writer.digest(hash)
        case .log(let from, let atMost):
            writer.integer(4 as UInt8)
            writer.integer(from)
            writer.integer(atMost)
        case .motion(let motion):
            writer.integer(5 as UInt8)
            motion.write(to: &writer)
        case .proof(let request):
            writer.integer(6 as UInt8)
            request.write(to: &writer)
        case .refusals(let atMost):
            writer.integer(7 as UInt8)
            writer.integer(atMost)
        case .echo(let bytes):
            writer.integer(8 as UInt8)
            writer.counted(bytes)
        }
    }
}

/// A request, as it was before it was signed.
public struct Request: Hashable, Sendable {
    /// Who asks which enclave, and when.
    public var header: RequestHeader
    /// What is asked.
    public var body: RequestBody

    /// Puts the parts together.
    public init(header: RequestHeader, body: RequestBody) {
        self.header = header
        self.body = body
    }

    /// Reads the data of a signed request; throws `tooLarge` when a job or a motion goes beyond a limit.
    public init(decoding untrustedData: [UInt8], limits: JobLimits) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedData)
        header = try RequestHeader(from: &reader)
        body = try RequestBody(from: &reader, limits: limits)
        try reader.end("request")
    }

    /// The data that is signed.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        header.write(to: &writer)
        body.write(to: &writer)
        return writer.bytes
    }
}
