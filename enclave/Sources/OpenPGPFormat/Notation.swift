/// A remark in a signature that people can read and that never decides by itself (RFC 4880 section 5.2.3.16).
public struct Notation: Hashable, Sendable {
    /// A name in a domain, such as `serial@example.org`.
    public let name: String
    /// Printable text.
    public let value: String

    /// Takes a name of the form `tag@domain` and printable ASCII, at most 255 bytes each.
    public init(name: String, value: String) throws(OpenPGPError) {
        let parts = name.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), name.utf8.count <= 255,
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .malformed(field: "notation name", expected: "a printable `tag@domain`") }
        guard (1...255).contains(value.utf8.count), value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .malformed(field: "notation value", expected: "1 to 255 printable characters")
        }
        self.name = name
        self.value = value
    }

    /// Parses a notation; one that is not text of our kind gives nil.
    init?(parsing body: [UInt8]) throws(OpenPGPError) {
        var cursor = ByteCursor(body)
        let flags = try cursor.number(ofBytes: 4, "notation flags")
        let nameSize = Int(try cursor.number(ofBytes: 2, "notation name"))
        let valueSize = Int(try cursor.number(ofBytes: 2, "notation value"))
        let name = try cursor.take(nameSize, "notation name")
        let value = try cursor.take(valueSize, "notation value")
        try cursor.expectEnd("notation")
        guard flags == Self.humanReadable,
            let notation = try? Notation(
                name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self))
        else { return nil }
        self = notation
    }

    private static let humanReadable: UInt32 = 0x8000_0000

    var subpacket: Subpacket {
        let sizes = bigEndian(UInt16(name.utf8.count)) + bigEndian(UInt16(value.utf8.count))
        return Subpacket(
            Subpacket.Kind.notation, bigEndian(Self.humanReadable) + sizes + Array(name.utf8) + Array(value.utf8))
    }
}
