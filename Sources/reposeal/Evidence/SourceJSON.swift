import Attestation

/// JSON as people write it, turned into the strings, arrays and objects of canonical JSON.
///
/// White space is free, `true` and `false` become `yes` and `no`, and whole numbers become their digits.
enum SourceJSON {
    /// Parses a file's text; errors give line and column.
    static func parse(_ untrustedBytes: [UInt8], of file: String) throws(FileProblem) -> JSONValue {
        var scanner = JSONScanner(untrustedBytes, maximumDepth: 16, allowsWhiteSpace: true)
        do throws(AttestationError) {
            let value = try value(&scanner)
            try scanner.end()
            return value
        } catch .malformedJSON(let offset, let expected) {
            let before = untrustedBytes.prefix(offset)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
            throw FileProblem(file: file, reason: "line \(line), column \(column): expected \(expected)")
        } catch {
            throw FileProblem(file: file, reason: "\(error)")
        }
    }

    private static func value(_ scanner: inout JSONScanner) throws(AttestationError) -> JSONValue {
        switch scanner.peek() {
        case UInt8(ascii: "\""): return .string(try scanner.string())
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.elements { scanner throws(AttestationError) in elements.append(try value(&scanner)) }
            return .array(elements)
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try scanner.members { scanner, key throws(AttestationError) in members[key] = try value(&scanner) }
            return .object(members)
        default:
            let start = scanner.offset
            try scanner.skipValue()
            let literal = String(decoding: scanner.bytes[start..<scanner.offset], as: UTF8.self)
            switch literal {
            case "true": return .string("yes")
            case "false": return .string("no")
            default:
                guard let number = UInt64(literal), String(number) == literal else {
                    throw .malformedJSON(
                        offset: start, expected: "a string, an array, an object, a whole number, true or false")
                }
                return .string(literal)
            }
        }
    }
}
