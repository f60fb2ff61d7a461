public import ByteCoding
public import Cryptography

/// What the monitor asks the broker, and the broker passes on to a signer: a header of 80 bytes and fixed-size records.
///
/// ```
/// "RSJ1" | kind u8 | 0 0 0 | key selector 32 | job 32 | count u32 | 0 u32 | count records
/// ```
public struct SigningRequest: Hashable, Sendable {
    /// What is to be signed; the raw values of its kinds are 1 to 4.
    public enum Content: Hashable, Sendable {
        /// Digests for OpenPGP signatures, 32 bytes each.
        case digests([SHA256Digest])
        /// A checkpoint, whose text the signer renders itself: the digest of the log's origin, its size and its root.
        case checkpoint(origin: SHA256Digest, size: UInt64, root: SHA256Digest)
        /// The record about an answer.
        case answer(AnswerRecord)
        /// The fixed text of `SelfTest`.
        case selfTest
    }

    /// How many bytes the header has.
    public static let headerByteCount = 80
    /// The most digests in one request.
    public static let maximumCount = 256
    /// The most bytes that a request has.
    public static let maximumByteCount = headerByteCount + maximumCount * SHA256Digest.byteCount

    /// Which key is to sign.
    public let key: KeySelector
    /// The job that this is for; zeros where it is for none.
    public let job: SHA256Digest
    /// What is to be signed.
    public let content: Content

    /// Puts a request together.
    public init(key: KeySelector, job: SHA256Digest, content: Content) {
        self.key = key
        self.job = job
        self.content = content
    }

    /// How many signatures answer the request.
    public var signatureCount: Int {
        if case .digests(let digests) = content { digests.count } else { 1 }
    }

    /// Whether a key with this one use may sign the content.
    public func isAllowed(for use: KeyUse) -> Bool {
        switch content {
        case .digests: use == .openPGP
        case .checkpoint: use == .log
        case .answer: use == .answer
        case .selfTest: true
        }
    }

    /// How many bytes follow a header.
    public static func contentByteCount(afterHeader untrustedHeader: [UInt8]) throws(ByteCodingError) -> Int {
        var reader = ByteReader(untrusted: untrustedHeader)
        return try Header(reading: &reader).contentByteCount
    }

    /// Reads a request with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        let header = try Header(reading: &reader)
        key = header.key
        job = header.job
        switch header.kind {
        case .digests:
            var digests: [SHA256Digest] = []
            for _ in 0..<header.count { digests.append(try reader.digest("digest")) }
            content = .digests(digests)
        case .checkpoint:
            let origin = try reader.digest("origin")
            let size = try reader.integer("log size", as: UInt64.self)
            content = .checkpoint(origin: origin, size: size, root: try reader.digest("log root"))
        case .answer: content = .answer(try AnswerRecord(reading: &reader))
        case .selfTest: content = .selfTest
        }
        try reader.end("signing request")
    }

    /// The request's bytes.
    public var bytes: [UInt8] {
        let (kind, count, records): (Kind, Int, [UInt8]) =
            switch content {
            case .digests(let digests): (.digests, digests.count, digests.flatMap(\.bytes))
            case .checkpoint(let origin, let size, let root):
                (.checkpoint, 1, origin.bytes + bigEndianBytes(size) + root.bytes)
            case .answer(let record): (.answer, 1, record.bytes)
            case .selfTest: (.selfTest, 0, [])
            }
        var writer = ByteWriter()
        writer.integer(Magic.request)
        writer.fixed([kind.rawValue, 0, 0, 0] + key.bytes + job.bytes)
        writer.integer(UInt32(count))
        writer.integer(UInt32(0))
        writer.fixed(records)
        return writer.bytes
    }
}

extension SigningRequest {
    private enum Kind: UInt8 {
        case digests = 1
        case checkpoint = 2
        case answer = 3
        case selfTest = 4
    }

    private struct Header {
        let kind: Kind
        let key: KeySelector
        let job: SHA256Digest
        let count: Int

        init(reading reader: inout ByteReader) throws(ByteCodingError) {
            try reader.constant(Magic.request, "signing request")
            kind = try reader.coded("kind", Kind.self)
            try reader.zeros(3, "padding")
            key = try KeySelector(reading: &reader)
            job = try reader.digest("job")
            count = Int(try reader.integer("count", as: UInt32.self))
            let allowed =
                switch kind {
                case .digests: 1...SigningRequest.maximumCount
                case .checkpoint, .answer: 1...1
                case .selfTest: 0...0
                }
            guard allowed.contains(count) else {
                throw reader.malformed("count", "\(allowed.lowerBound) to \(allowed.upperBound)")
            }
            try reader.constant(UInt32(0), "reserved")
        }

        var contentByteCount: Int {
            switch kind {
            case .digests: count * SHA256Digest.byteCount
            case .checkpoint: 72
            case .answer: AnswerRecord.byteCount
            case .selfTest: 0
            }
        }
    }
}

private func bigEndianBytes(_ value: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.integer(value)
    return writer.bytes
}
