import Cryptography

/// A value of canonical JSON: this house writes no numbers, booleans or null.
public indirect enum JSONValue: Hashable, Sendable {
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])
}

/// RFC 8785 restricted to strings, arrays and objects, so that one value has one text.
///
/// Keys are ASCII letters, digits and `_`, sorted and unique; no white space; UTF-8 without lone surrogates.
public enum CanonicalJSON {
    /// Parses bytes that must be the one canonical text of their value.
    public static func parse(
        _ untrustedBytes: [UInt8], maximumDepth: Int = 6, maximumBytes: Int = 1 << 20
    ) throws(AttestationError) -> JSONValue {
        guard untrustedBytes.count <= maximumBytes else { throw .tooLarge(field: "JSON", limit: maximumBytes) }
        var scanner = JSONScanner(untrustedBytes, maximumDepth: maximumDepth, allowsWhiteSpace: false)
        let value = try parseValue(&scanner)
        try scanner.end()
        let canonical = encode(value)
        guard canonical == untrustedBytes else {
            let offset = zip(canonical, untrustedBytes).prefix { $0 == $1 }.count
            throw .malformedJSON(offset: offset, expected: "canonical JSON: sorted keys and no needless escapes")
        }
        return value
    }

    /// The canonical text of a value; keys of objects must be in the grammar above.
    public static func encode(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    private static func parseValue(_ scanner: inout JSONScanner) throws(AttestationError) -> JSONValue {
        switch scanner.peek() {
        case UInt8(ascii: "\""):
            return .string(try scanner.string())
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.elements { scanner throws(AttestationError) in elements.append(try parseValue(&scanner)) }
            return .array(elements)
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try scanner.members { scanner, key throws(AttestationError) in
                guard !key.isEmpty, key.utf8.allSatisfy(isKeyCharacter) else {
                    throw scanner.failure("keys of ASCII letters, digits and _")
                }
                members[key] = try parseValue(&scanner)
            }
            return .object(members)
        default:
            throw scanner.failure("a string, an array or an object")
        }
    }

    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .string(let text):
            appendString(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendString(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// RFC 8785 section 3.2.2.2: the short escapes, `\u00xx` for other control characters, and all else as it is.
    private static func appendString(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5c: bytes += [0x5c, byte]
            case 0x08: bytes += Array(#"\b"#.utf8)
            case 0x09: bytes += Array(#"\t"#.utf8)
            case 0x0a: bytes += Array(#"\n"#.utf8)
            case 0x0c: bytes += Array(#"\f"#.utf8)
            case 0x0d: bytes += Array(#"\r"#.utf8)
            case 0..<0x20: bytes += Array(#"\u00"#.utf8) + Array(Hex.encode([byte]).utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
