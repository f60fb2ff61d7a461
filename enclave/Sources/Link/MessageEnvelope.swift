import ByteCoding
import Cryptography

/// What a message is.
public enum MessageKind: UInt8, Sendable {
    /// From the scheduler to the enclave.
    case request = 1
    /// From the enclave to the scheduler.
    case answer = 2
}

/// The 64 bytes before the body of each message.
package struct MessageEnvelope: Hashable {
    static let byteCount = 64
    private static let magic = Array("RSM1".utf8)

    var kind: MessageKind
    var bodyLength: UInt64
    var bodyDigest: SHA256Digest

    init(kind: MessageKind, body: [UInt8]) {
        self.kind = kind
        bodyLength = UInt64(body.count)
        bodyDigest = SHA256.digest(of: body)
    }

    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.fixed(Self.magic)
        writer.integer(kind.rawValue)
        writer.integer(0 as UInt8)
        writer.integer(0 as UInt16)
        writer.integer(bodyLength)
        writer.integer(bodyLength)
        writer.fixed(bodyDigest.bytes)
        writer.integer(0 as UInt64)
        return writer.bytes
    }

    package init(decoding untrustedBytes: [UInt8]) throws(LinkError) {
        self = try reading(untrustedBytes) { reader throws(ByteCodingError) in try MessageEnvelope(from: &reader) }
    }

    private init(from reader: inout ByteReader) throws(ByteCodingError) {
        guard try reader.fixed(4, "message.magic") == Self.magic else {
            throw reader.malformed("message.magic", "RSM1")
        }
        let number: UInt8 = try reader.integer("message.kind")
        guard let kind = MessageKind(rawValue: number) else { throw reader.malformed("message.kind", "1 or 2") }
        self.kind = kind
        try reader.constant(0 as UInt8, "message.encoding")
        try reader.constant(0 as UInt16, "message.reserved")
        let encodedLength: UInt64 = try reader.integer("message.encodedLength")
        bodyLength = try reader.integer("message.decodedLength")
        guard encodedLength == bodyLength else {
            throw reader.malformed("message.encodedLength", "the decoded length")
        }
        bodyDigest = try reader.parsed("message.sha256", try reader.fixed(32, "message.sha256")) {
            try SHA256Digest(bytes: $0)
        }
        try reader.constant(0 as UInt64, "message.resumeOffset")
        try reader.end("message")
    }
}
