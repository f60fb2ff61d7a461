public import ByteCoding
public import Cryptography
public import Refusals

/// What the enclave says.
public enum AnswerBody: Hashable, Sendable {
    /// How it is, and what it holds.
    case status(EnclaveStatus)
    /// What the job or motion brought, now or when it was first asked.
    case outcome(JobOutcome)
    /// Why not; at least one reason.
    case refused([Refusal])
    /// There is no outcome of the job that was asked after.
    case unknownJob
    /// Leaves of the log from a position on; none if the log ends there.
    case log(first: UInt64, leaves: [[UInt8]])
    /// The hashes of the proof that was asked for.
    case proof([SHA256Digest])
    /// Refusals of the past, newest first.
    case refusals([PastRefusal])
    /// The bytes of the request once more.
    case echo([UInt8])

    /// Reads the body of an answer.
    public init(decoding untrustedBytes: [UInt8]) throws(ByteCodingError) {
        try self.init(decodingWhole: untrustedBytes, "answer")
    }

    /// The encoding of the body, whose digest the answer record binds.
    public var encoded: [UInt8] { coded }
}

extension AnswerBody: Coded {
    static var minimumByteCount: Int { 1 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        switch try reader.integer("kind", as: UInt8.self) {
        case 1: self = .status(try EnclaveStatus(from: &reader))
        case 2: self = .outcome(try JobOutcome(from: &reader))
        case 3:
            let refusals: [Refusal] = try reader.list("refusals")
            guard !refusals.isEmpty else { throw reader.malformed("refusals", "at least one") }
            self = .refused(refusals)
        case 4: self = .unknownJob
        case 5: self = .log(first: try reader.integer("first"), leaves: try reader.leaves())
        case 6: self = .proof(try reader.list("proof"))
        case 7: self = .refusals(try reader.list("refusals"))
        case 8: self = .echo(try reader.counted("echo", atMost: RequestBody.maximumEchoBytes))
        default: throw reader.malformed("kind", "1 to 8")
        }
    }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .status(let status):
            writer.integer(1 as UInt8)
            status.write(to: &writer)
        case .outcome(let outcome):
            writer.integer(2 as UInt8)
            outcome.write(to: &writer)
        case .refused(let refusals):
            writer.integer(3 as UInt8)
            writer.list(refusals)
        case .unknownJob: writer.integer(4 as UInt8)
        case .log(let first, let leaves):
            writer.integer(5 as UInt8)
            writer.integer(first)
            writer.list(leaves) { writer, leaf in writer.counted(leaf) }
        case .proof(let hashes):
            writer.integer(6 as UInt8)
            writer.list(hashes)
        case .refusals(let refusals):
            writer.integer(7 as UInt8)
            writer.list(refusals)
        case .echo(let bytes):
            writer.integer(8 as UInt8)
            writer.counted(bytes)
        }
    }
}

extension Refusal: Coded {
    static var minimumByteCount: Int { 2 + 4 }

    init(from reader: inout ByteReader) throws(ByteCodingError) {
        let code = try reader.text("code", atMost: 64)
        let arguments = try reader.list("arguments", minimumByteCount: 2, atMost: 8) {
            reader throws(ByteCodingError) in
            try reader.text("argument", atMost: Self.argumentLimit)
        }
        guard let refusal = Refusal(code: code, arguments: arguments) else {
            throw reader.malformed("code", "a refusal that this version knows, with its arguments")
        }
        self = refusal
    }

    private static var argumentLimit: Int { 1024 }

    /// Writes the refusal; only free text can be longer than the limit, and of that the beginning is written.
    func write(to writer: inout ByteWriter) {
        writer.text(code)
        writer.list(arguments) { writer, argument in
            let isLong = argument.utf8.count > Self.argumentLimit
            // Three bytes less leave room for U+FFFD in place of a character that is cut in two.
            writer.text(
                isLong ? String(decoding: argument.utf8.prefix(Self.argumentLimit - 3), as: UTF8.self) : argument)
        }
    }
}
