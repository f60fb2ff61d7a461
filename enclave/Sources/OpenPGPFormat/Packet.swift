/// One packet with a definite length (RFC 4880 section 4.2).
struct Packet {
    enum Tag {
        static let signature: UInt8 = 2
        static let onePassSignature: UInt8 = 4
        static let secretKey: UInt8 = 5
        static let publicKey: UInt8 = 6
        static let secretSubkey: UInt8 = 7
        static let literalData: UInt8 = 11
        static let userID: UInt8 = 13
        static let publicSubkey: UInt8 = 14
        static let userAttribute: UInt8 = 17
    }

    let tag: UInt8
    let body: [UInt8]

    init(tag: UInt8, body: [UInt8]) {
        self.tag = tag
        self.body = body
    }

    init(reading cursor: inout ByteCursor) throws(OpenPGPError) {
        let (tag, length) = try Self.header(reading: &cursor)
        self.init(tag: tag, body: try cursor.take(length, "packet"))
    }

    /// The tag, and how many bytes follow.
    static func header(reading cursor: inout ByteCursor) throws(OpenPGPError) -> (tag: UInt8, length: Int) {
        let header = try cursor.byte("packet header")
        guard header & 0x80 != 0 else { throw .malformed(field: "packet header", expected: "an OpenPGP packet's") }
        if header & 0x40 != 0 { return (header & 0x3F, Int(try newFormatLength(from: &cursor))) }
        guard header & 3 != 3 else { throw .malformed(field: "packet length", expected: "definite") }
        return (header >> 2 & 0x0F, Int(try cursor.number(ofBytes: 1 << Int(header & 3), "packet length")))
    }

    private static func newFormatLength(from cursor: inout ByteCursor) throws(OpenPGPError) -> UInt32 {
        let first = UInt32(try cursor.byte("packet length"))
        switch first {
        case 0..<192: return first
        case 192..<224: return (first - 192) << 8 + UInt32(try cursor.byte("packet length")) + 192
        case 255: return try cursor.number(ofBytes: 4, "packet length")
        default: throw .malformed(field: "packet length", expected: "definite")
        }
    }

    /// All packets of binary data of a bounded size.
    static func all(in untrustedBytes: [UInt8], maximumByteCount: Int) throws(OpenPGPError) -> [Packet] {
        guard !untrustedBytes.starts(with: Array("-----BEGIN".utf8)) else { throw .armored }
        guard untrustedBytes.count <= maximumByteCount else {
            throw .malformed(field: "OpenPGP data", expected: "at most \(maximumByteCount) bytes")
        }
        var cursor = ByteCursor(untrustedBytes)
        var packets: [Packet] = []
        while !cursor.isAtEnd { packets.append(try Packet(reading: &cursor)) }
        return packets
    }

    /// Whether this is a key, with which a new part of a certificate begins.
    var isKey: Bool { tag == Tag.publicKey || tag == Tag.publicSubkey }

    /// The packet with an old-format header and the shortest length, as gpg writes it.
    var bytes: [UInt8] {
        let kind = 0x80 | tag << 2
        return switch body.count {
        case 0..<0x100: [kind, UInt8(body.count)] + body
        case 0x100..<0x1_0000: [kind | 1] + bigEndian(UInt16(body.count)) + body
        default: [kind | 2] + bigEndian(UInt32(body.count)) + body
        }
    }
}
