public import ByteCoding
public import Cryptography

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

    /// The number of the kind, which stands in the token.
    public var kind: UInt8 {
        switch self {
        case .status: 1
        case .job: 2
        case .outcome: 3
        case .log: 4
        case .motion: 5
        case .proof: 6
        case .refusals: 7
        case .echo: 8
        }
    }

    /// What became of a job or motion is asked after, or will be known, under this hash; nil for all else.
    public var job: SHA256Digest? {
        switch self {
        case .job(let job): job.hash
        case .outcome(let hash): hash
        case .motion(let motion): motion.hash
        case .status, .log, .proof, .refusals, .echo: nil
        }
    }

    /// Reads the body of a request of a kind; throws `tooLarge` when a job or a motion goes beyond a limit.
    public init(decoding untrustedBytes: [UInt8], kind: UInt8, limits: JobLimits) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try self.init(from: &reader, kind: kind, limits: limits)
    }

    /// The same for a body that comes in pieces.
    public init(
        decoding untrustedSource: any ByteSource, byteCount: Int, kind: UInt8, limits: JobLimits
    ) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedSource, count: byteCount)
        try self.init(from: &reader, kind: kind, limits: limits)
    }

    private init(from reader: inout ByteReader, kind: UInt8, limits: JobLimits) throws(ByteCodingError) {
        switch kind {
        case 1: self = .status
        case 2: self = .job(try Job(from: &reader, limits: limits))
        case 3: self = .outcome(of: try reader.digest("request.jobHash"))
        case 4: self = .log(from: try reader.integer("request.from"), atMost: try reader.integer("request.atMost"))
        case 5: self = .motion(try Motion(from: &reader))
        case 6: self = .proof(try ProofRequest(from: &reader))
        case 7: self = .refusals(atMost: try reader.integer("request.atMost"))
        case 8: self = .echo(try reader.counted("request.echo", atMost: Self.maximumEchoBytes))
        default: throw reader.malformed("token.kind", "1 to 8")
        }
        try reader.end("request")
    }

    /// The body of the message, whose digest the token binds.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Gives the body of the message in pieces of at least 64 KiB but for the last one.
    public func eachPiece(_ take: ([UInt8]) -> Void) { ByteWriter.pieces(of: { write(to: &$0) }, take) }

    /// How many bytes the body of the message has.
    public var encodedByteCount: Int {
        var count = 0
        eachPiece { count += $0.count }
        return count
    }

    private func write(to writer: inout ByteWriter) {
        switch self {
        case .status: break
        case .job(let job): job.write(to: &writer)
        case .outcome(let hash): writer.digest(hash)
        case .log(let from, let atMost):
            writer.integer(from)
            writer.integer(atMost)
        case .motion(let motion): motion.write(to: &writer)
        case .proof(let request): request.write(to: &writer)
        case .refusals(let atMost): writer.integer(atMost)
        case .echo(let bytes): writer.counted(bytes)
        }
    }
}
