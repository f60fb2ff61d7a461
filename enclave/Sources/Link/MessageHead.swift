package import ByteCoding
import Cryptography

/// What a message is.
public enum MessageKind: UInt8, Sendable {
    /// From the scheduler to the enclave.
    case request = 1
    /// From the enclave to the scheduler.
    case answer = 2
}

/// How the bytes of a body cross the line.
public enum MessageEncoding: UInt8, Sendable, CaseIterable {
    /// As they are.
    case identity = 0
    /// Raw deflate (RFC 1951).
    case deflate = 1
    /// Raw deflate with a dictionary that both sides have.
    case dictionary = 2
}

/// What stands before the body of a message.
public struct MessageHead: Hashable, Sendable {
    /// The most bytes of a head.
    static let maximumByteCount = 1024
    private static let fixedByteCount = 1 + 1 + 3 * 4

    /// What the message is.
    public var kind: MessageKind
    /// How the body crosses the line.
    public var encoding: MessageEncoding
    /// How many bytes the encoded body has, those that the receiver has already included.
    public var encodedLength: UInt32
    /// How many bytes the body has.
    public var decodedLength: UInt32
    /// With which byte of the encoded body the message goes on.
    public var resumeOffset: UInt32 = 0
    /// The rest of the head, which means something to whoever signs and checks messages.
    public var content: [UInt8]

    /// Whether the body is so large that it may come in several pieces.
    public var isLarge: Bool { encodedLength > EncodedBody.largestWhole }

    /// What names a message over interruptions: what it is and its form, with the digest of the body that is meant.
    func identity(digest: SHA256Digest) -> SHA256Digest {
        var writer = ByteWriter()
        writer.integer(kind.rawValue)
        writer.integer(encoding.rawValue)
        writer.integer(encodedLength)
        writer.integer(decodedLength)
        writer.fixed(digest.bytes)
        return SHA256.digest(of: writer.bytes)
    }

    /// The head with its count.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.integer(UInt16(Self.fixedByteCount + content.count))
        writer.integer(kind.rawValue)
        writer.integer(encoding.rawValue)
        writer.integer(encodedLength)
        writer.integer(decodedLength)
        writer.integer(resumeOffset)
        writer.fixed(content)
        return writer.bytes
    }

    init(of message: Message, resumingAt offset: Int) {
        kind = message.kind
        encoding = message.body.encoding
        encodedLength = UInt32(message.body.byteCount)
        decodedLength = message.body.decodedLength
        resumeOffset = UInt32(offset)
        content = message.content
    }

    /// Reads a head after its count.
    package init(from reader: inout ByteReader) throws(ByteCodingError) {
        let number: UInt8 = try reader.integer("message.kind")
        guard let kind = MessageKind(rawValue: number) else { throw reader.malformed("message.kind", "1 or 2") }
        let untrustedEncoding: UInt8 = try reader.integer("message.encoding")
        guard let encoding = MessageEncoding(rawValue: untrustedEncoding) else {
            throw reader.malformed("message.encoding", "0 to 2")
        }
        self.kind = kind
        self.encoding = encoding
        encodedLength = try reader.integer("message.encodedLength")
        decodedLength = try reader.integer("message.decodedLength")
        guard encoding != .identity || encodedLength == decodedLength else {
            throw reader.malformed("message.encodedLength", "the decoded length")
        }
        resumeOffset = try reader.integer("message.resumeOffset")
        guard resumeOffset == 0 || resumeOffset < encodedLength else {
            throw reader.malformed("message.resumeOffset", "less than the encoded length")
        }
        content = try reader.fixed(reader.remaining, "message.head")
    }

    /// How many bytes the head has that begins with these two.
    package static func byteCount(_ untrustedCount: ArraySlice<UInt8>) throws(LinkError) -> Int {
        let count = untrustedCount.reduce(0) { $0 << 8 | Int($1) }
        guard (fixedByteCount...maximumByteCount).contains(count) else {
            throw .malformed(field: "message.head", expected: "\(fixedByteCount) to \(maximumByteCount) bytes")
        }
        return count
    }
}

/// A message to send.
public struct Message: Sendable {
    /// What it is.
    public var kind: MessageKind
    /// What the head says besides the kind and the body's form; at most 1,000 bytes.
    public var content: [UInt8]
    /// What follows the head.
    public var body: EncodedBody

    /// Puts the parts together.
    public init(_ kind: MessageKind, content: [UInt8], body: EncodedBody) {
        self.kind = kind
        self.content = content
        self.body = body
    }
}
