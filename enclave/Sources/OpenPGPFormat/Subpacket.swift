/// One signature subpacket (RFC 4880 section 5.2.3.1).
struct Subpacket: Hashable {
    enum Kind {
        static let creationTime: UInt8 = 2
        static let validity: UInt8 = 3
        static let keyValidity: UInt8 = 9
        static let issuerKeyID: UInt8 = 16
        static let notation: UInt8 = 20
        static let preferredHashes: UInt8 = 21
        static let keyFlags: UInt8 = 27
        static let embeddedSignature: UInt8 = 32
        static let issuerFingerprint: UInt8 = 33

        /// Those that are acted upon, or cannot change whether a signature holds: preferences and descriptions.
        static let understood: Set<UInt8> = [
            creationTime, validity, keyValidity, issuerKeyID, preferredHashes, keyFlags, issuerFingerprint,
            4, 7, 11, 22, 23, 24, 25, 26, 28, 29, 30, embeddedSignature, 34,
        ]
    }

    let kind: UInt8
    let isCritical: Bool
    let body: [UInt8]

    init(_ kind: UInt8, _ body: [UInt8], isCritical: Bool = false) {
        self.kind = kind
        self.body = body
        self.isCritical = isCritical
    }

    init(reading cursor: inout ByteCursor) throws(OpenPGPError) {
        let first = UInt32(try cursor.byte("subpacket length"))
        let length =
            switch first {
            case 0..<192: first
            case 192..<255: (first - 192) << 8 + UInt32(try cursor.byte("subpacket length")) + 192
            default: try cursor.number(ofBytes: 4, "subpacket length")
            }
        guard length > 0 else { throw .malformed(field: "subpacket", expected: "one with a type") }
        let kindByte = try cursor.byte("subpacket type")
        kind = kindByte & 0x7F
        isCritical = kindByte & 0x80 != 0
        body = try cursor.take(Int(length) - 1, "subpacket")
    }

    var bytes: [UInt8] {
        let length = body.count + 1
        let kindByte = isCritical ? kind | 0x80 : kind
        let header = length < 192 ? [UInt8(length)] : [255] + bigEndian(UInt32(truncatingIfNeeded: length))
        return header + [kindByte] + body
    }

    static func area(reading cursor: inout ByteCursor, _ field: String) throws(OpenPGPError) -> [Subpacket] {
        let size = Int(try cursor.number(ofBytes: 2, field))
        var area = ByteCursor(try cursor.take(size, field))
        var subpackets: [Subpacket] = []
        while !area.isAtEnd { subpackets.append(try Subpacket(reading: &area)) }
        return subpackets
    }
}

extension [Subpacket] {
    /// The one subpacket of a kind; two of a kind are refused.
    func only(_ kind: UInt8, _ field: String) throws(OpenPGPError) -> [UInt8]? {
        let found = filter { $0.kind == kind }
        guard found.count <= 1 else { throw .malformed(field: field, expected: "stated once") }
        return found.first?.body
    }

    /// The 32-bit number in the one subpacket of a kind.
    func number(_ kind: UInt8, _ field: String) throws(OpenPGPError) -> UInt32? {
        guard let body = try only(kind, field) else { return nil }
        guard body.count == 4 else { throw .malformed(field: field, expected: "four bytes") }
        return body.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// An area as it is written: its size, then its subpackets.
    var areaBytes: [UInt8] {
        let bytes = flatMap(\.bytes)
        return bigEndian(UInt16(truncatingIfNeeded: bytes.count)) + bytes
    }
}
