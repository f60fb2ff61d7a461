/// The JSON grammar (RFC 8259) over bytes, shared by the canonical parser and the envelope reader.
///
/// Nothing here recurses without counting depth, and an object's keys are unique.
package struct JSONScanner {
    package let bytes: [UInt8]
    package private(set) var offset = 0
    private let allowsWhiteSpace: Bool
    private var remainingDepth: Int

    package init(_ untrustedBytes: [UInt8], maximumDepth: Int, allowsWhiteSpace: Bool) {
        bytes = untrustedBytes
        remainingDepth = maximumDepth
        self.allowsWhiteSpace = allowsWhiteSpace
    }

    /// The first byte of the next token, which stays unread; nil at the end.
    package mutating func peek() -> UInt8? {
        while allowsWhiteSpace, offset < bytes.count, " \t\n\r".utf8.contains(bytes[offset]) { offset += 1 }
        return offset < bytes.count ? bytes[offset] : nil
    }

    package func failure(_ expected: String) -> AttestationError { .malformedJSON(offset: offset, expected: expected) }

    /// Reads an object; `read` is called after each key and reads the key's value.
    package mutating func members(
        _ read: (inout JSONScanner, String) throws(AttestationError) -> Void
    ) throws(AttestationError) {
        var keys: Set<String> = []
        try list(from: "{", to: "}") { scanner throws(AttestationError) in
            let key = try scanner.string()
            guard keys.insert(key).inserted else { throw scanner.failure("an object that names each key once") }
            try scanner.take(":")
            try read(&scanner, key)
        }
    }

    /// Reads an array; `read` reads one element.
    package mutating func elements(_ read: (inout JSONScanner) throws(AttestationError) -> Void)
        throws(AttestationError)
    {
        try list(from: "[", to: "]", read)
    }

    /// Makes sure that nothing follows.
    package mutating func end() throws(AttestationError) {
        guard peek() == nil else { throw failure("the end") }
    }

    /// Passes over one value of any kind.
    package mutating func skipValue() throws(AttestationError) {
        switch peek() {
        case UInt8(ascii: "{"): try members { scanner, _ throws(AttestationError) in try scanner.skipValue() }
        case UInt8(ascii: "["): try elements { scanner throws(AttestationError) in try scanner.skipValue() }
        case UInt8(ascii: "\""): _ = try string()
        default:
            let start = offset
            while offset < bytes.count, Self.isLiteralCharacter(bytes[offset]) { offset += 1 }
            guard offset > start else { throw failure("a value") }
        }
    }

    /// A character of a number, `true`, `false` or `null`; such values are never used, so their grammar does not matter.
    private static func isLiteralCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: "+-.E".utf8.contains(byte)
        }
    }

    private mutating func take(_ character: Unicode.Scalar) throws(AttestationError) {
        guard peek() == UInt8(ascii: character) else { throw failure("'\(character)'") }
        offset += 1
    }

    private mutating func list(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar,
        _ read: (inout JSONScanner) throws(AttestationError) -> Void
    ) throws(AttestationError) {
        try take(opening)
        guard remainingDepth > 0 else { throw .malformedJSON(offset: offset - 1, expected: "less depth") }
        remainingDepth -= 1
        if peek() != UInt8(ascii: closing) {
            try read(&self)
            while peek() == UInt8(ascii: ",") {
                offset += 1
                try read(&self)
            }
        }
        guard peek() == UInt8(ascii: closing) else { throw failure("',' or '\(closing)'") }
        offset += 1
        remainingDepth += 1
    }

    /// Reads a string and decodes its escapes.
    package mutating func string() throws(AttestationError) -> String {
        try take("\"")
        let start = offset
        var text: [UInt8] = []
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
            switch bytes[offset] {
            case 0..<0x20: throw failure("an escape for a control character")
            case UInt8(ascii: "\\"): try escape(into: &text)
            default:
                text.append(bytes[offset])
                offset += 1
            }
        }
        guard offset < bytes.count else { throw failure("'\"'") }
        guard let decoded = String(validating: text, as: UTF8.self) else {
            throw .malformedJSON(offset: start, expected: "a string in UTF-8")
        }
        offset += 1
        return decoded
    }

    private mutating func escape(into text: inout [UInt8]) throws(AttestationError) {
        let place = offset
        offset += 1
        guard offset < bytes.count else { throw failure("an escape") }
        let letter = bytes[offset]
        offset += 1
        if letter == UInt8(ascii: "u") {
            text.append(contentsOf: Array(String(try unicodeEscape(from: place)).utf8))
        } else if let escaped = JSONEscapes.bytes[letter] {
            text.append(escaped)
        } else {
            throw .malformedJSON(offset: place, expected: "an escape that JSON knows")
        }
    }

    private mutating func unicodeEscape(from place: Int) throws(AttestationError) -> Unicode.Scalar {
        var code = try fourHexDigits()
        if (0xd800..<0xdc00).contains(code), offset + 1 < bytes.count,
            bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        {
            offset += 2
            let low = try fourHexDigits()
            guard (0xdc00..<0xe000).contains(low) else {
                throw .malformedJSON(offset: place, expected: "surrogates in pairs")
            }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw .malformedJSON(offset: place, expected: "surrogates in pairs")
        }
        return scalar
    }

    private mutating func fourHexDigits() throws(AttestationError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard offset < bytes.count, bytes[offset] < 0x80,
                let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
            else { throw failure("four hexadecimal digits") }
            code = code << 4 | UInt32(digit)
            offset += 1
        }
        return code
    }
}

/// The escapes of one letter (RFC 8259 section 7).
enum JSONEscapes {
    /// What follows the backslash, and what it stands for.
    static let bytes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f, UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0c, UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
    ]
}
