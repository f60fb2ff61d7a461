import ByteCoding
import Descriptors
import SigningProtocol

/// What crosses the desk's socket: a u32 count, and so many bytes (docs/spec/protocol.md, section 7).
enum DeskMessage {
    /// The largest request, a motion and its kind; an answer is smaller.
    static let maximumBytes = Motion.maximumBytes + (1 << 16)

    /// Reads one message.
    static func read(from peer: borrowing Descriptor, deadline: Deadline) throws -> [UInt8] {
        let header = try peer.readExactly(4, deadline: deadline)
        let count = header.reduce(0) { $0 << 8 | Int($1) }
        guard count <= maximumBytes else {
            throw ByteCodingError.tooLarge(field: "message", limit: UInt64(maximumBytes))
        }
        return try peer.readExactly(count, deadline: deadline)
    }

    /// Writes one message.
    static func write(_ bytes: [UInt8], to peer: borrowing Descriptor, deadline: Deadline) throws {
        var writer = ByteWriter()
        writer.counted(bytes)
        try peer.writeAll(writer.bytes, deadline: deadline)
    }
}

/// What is answered at the desk.
enum DeskAnswer {
    /// What the monitor says.
    case answer(AnswerBody)
    /// Why the request was not understood, or could not be worked on now.
    case failed(String)

    /// The message: a byte that says which, and the answer's body or words.
    var bytes: [UInt8] {
        switch self {
        case .answer(let body): [0] + body.encoded
        case .failed(let reason): [1] + Array(reason.utf8.prefix(4096))
        }
    }

    /// Reads the message.
    init(decoding bytes: [UInt8]) throws {
        switch bytes.first {
        case 0: self = .answer(try AnswerBody(decoding: Array(bytes.dropFirst())))
        case 1: self = .failed(String(decoding: bytes.dropFirst(), as: UTF8.self))
        default: throw ByteCodingError.malformed(field: "answer", expected: "0 or 1 first")
        }
    }
}
