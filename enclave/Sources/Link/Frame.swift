import ByteCoding

/// What a frame is for.
enum FrameType: UInt8 {
    case hello = 1
    case data = 2
    case acknowledgement = 3
    case negativeAcknowledgement = 4
    case reset = 5
}

/// The unit of the link: at most 512 bytes of payload, numbered and checked.
package struct Frame: Hashable {
    static let version: UInt8 = 1
    static let maximumPayload = 512
    static let overhead = 18
    static let maximumStuffedCount = COBS.maximumEncodedCount(overhead + maximumPayload)
    /// The most bytes of a frame with its delimiters.
    static let maximumWireCount = maximumStuffedCount + 2

    /// The frame begins a message.
    static let first: UInt8 = 0x01
    /// The frame ends a message.
    static let last: UInt8 = 0x02

    var type: FrameType
    var flags: UInt8 = 0
    /// The number of this data frame; in other frames that of the next data frame.
    var sequence: UInt32
    /// The number of the data frame that is expected next from the other side.
    var acknowledgement: UInt32
    var payload: [UInt8] = []

    /// The frame between its delimiters.
    package var wireBytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.version)
        writer.integer(type.rawValue)
        writer.integer(flags)
        writer.integer(0 as UInt8)
        writer.integer(sequence)
        writer.integer(acknowledgement)
        writer.integer(UInt16(payload.count))
        writer.fixed(payload)
        writer.integer(CRC32C.checksum(of: writer.bytes[...]))
        return [0] + COBS.encode(writer.bytes) + [0]
    }

    init(
        type: FrameType, flags: UInt8 = 0, sequence: UInt32, acknowledgement: UInt32, payload: [UInt8] = []
    ) {
        self.type = type
        self.flags = flags
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.payload = payload
    }

    /// Reads what was between two delimiters; the checksum is looked at before anything else is believed.
    package init(stuffed untrustedBytes: [UInt8]) throws(LinkError) {
        guard let bytes = COBS.decode(untrustedBytes) else {
            throw .malformed(field: "frame", expected: "the shortest COBS encoding")
        }
        guard (Self.overhead...Self.overhead + Self.maximumPayload).contains(bytes.count) else {
            throw .malformed(field: "frame", expected: "18 to 530 bytes")
        }
        let checksum = bytes.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        guard checksum == CRC32C.checksum(of: bytes.dropLast(4)) else {
            throw .malformed(field: "frame.crc32c", expected: "the checksum of the frame")
        }
        guard bytes[0] == Self.version else {
            let (ours, theirs) = (UInt16(Self.version), UInt16(bytes[0]))
            throw .version(ours: ours...ours, theirs: theirs...theirs)
        }
        self = try reading(bytes) { reader throws(ByteCodingError) in try Frame(from: &reader) }
    }

    private init(from reader: inout ByteReader) throws(ByteCodingError) {
        try reader.constant(Self.version, "frame.version")
        let number: UInt8 = try reader.integer("frame.type")
        guard let type = FrameType(rawValue: number) else { throw reader.malformed("frame.type", "1 to 5") }
        self.type = type
        flags = try reader.integer("frame.flags")
        guard flags & ~(Self.first | Self.last) == 0, flags == 0 || type == .data else {
            throw reader.malformed("frame.flags", "FIRST and LAST, and only in data")
        }
        try reader.constant(0 as UInt8, "frame.reserved")
        sequence = try reader.integer("frame.sequence")
        acknowledgement = try reader.integer("frame.acknowledgement")
        let count: UInt16 = try reader.integer("frame.length")
        payload = try reader.fixed(Int(count), "frame.payload")
        _ = try reader.integer("frame.crc32c", as: UInt32.self)
        try reader.end("frame")
    }
}

extension Frame {
    /// The error that a reset frame is; its text is cut to what can be printed.
    var reset: LinkError {
        let text = String(decoding: payload, as: UTF8.self).unicodeScalars.filter {
            $0.value >= 0x20 && $0.value != 0x7f && !(0x80...0x9f).contains($0.value)
        }
        return .reset(reason: String(String.UnicodeScalarView(text)))
    }
}

/// Reads a part of the link's formats; its errors become the link's.
func reading<Value>(
    _ untrustedBytes: [UInt8], _ read: (inout ByteReader) throws(ByteCodingError) -> Value
) throws(LinkError) -> Value {
    var reader = ByteReader(untrusted: untrustedBytes)
    do throws(ByteCodingError) { return try read(&reader) } catch {
        switch error {
        case .malformed(let field, let expected): throw .malformed(field: field, expected: expected)
        case .tooLarge(let field, let limit): throw .malformed(field: field, expected: "at most \(limit)")
        }
    }
}
