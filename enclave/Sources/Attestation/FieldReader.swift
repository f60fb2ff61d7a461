public import Cryptography

/// Reads one object of canonical JSON whose keys are known; every error names the field's path.
///
/// Text is taken as printable ASCII only: beyond it Swift's `==` equates different bytes (U+212A with `K`).
public struct FieldReader: Sendable {
    private let path: String
    private let members: [String: JSONValue]

    /// Takes an object with exactly these keys; `path` is empty for the outermost one.
    public init(_ value: JSONValue, path: String = "", keys: [String]) throws(AttestationError) {
        self.path = path
        guard case .object(let members) = value else {
            throw .malformedField(path: path.isEmpty ? "document" : path, expected: "an object")
        }
        self.members = members
        for key in keys where members[key] == nil {
            throw failure(key, "a value, not a missing field")
        }
        if let unknown = members.keys.filter({ !keys.contains($0) }).min() {
            throw failure(String(unknown.prefix(64)), "no field of this name")
        }
    }

    /// The error for a field of this object.
    public func failure(_ key: String, _ expected: String) -> AttestationError {
        .malformedField(path: pathOf(key), expected: expected)
    }

    /// The full path of a field.
    public func pathOf(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func value(_ key: String) throws(AttestationError) -> JSONValue {
        guard let value = members[key] else { throw failure(key, "a value, not a missing field") }
        return value
    }

    /// A string of printable ASCII, perhaps empty.
    public func text(_ key: String) throws(AttestationError) -> String {
        try Self.text(try value(key), path: pathOf(key))
    }

    private static func text(_ value: JSONValue, path: String) throws(AttestationError) -> String {
        guard case .string(let text) = value, text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
            throw .malformedField(path: path, expected: "a string of printable ASCII")
        }
        return text
    }

    /// A string that another module's parser accepts; `expected` says what that is.
    public func parsed<Value, Failure: Error>(
        _ key: String, _ expected: String, _ parse: (String) throws(Failure) -> Value
    ) throws(AttestationError) -> Value {
        let untrustedText = try text(key)
        do {
            return try parse(untrustedText)
        } catch {
            throw failure(key, expected)
        }
    }

    /// A string that is one of a few words.
    public func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, as type: Word.Type
    ) throws(AttestationError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text(key)) else {
            throw failure(key, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    /// `yes` or `no`.
    public func flag(_ key: String) throws(AttestationError) -> Bool {
        switch try text(key) {
        case "yes": true
        case "no": false
        default: throw failure(key, "one of yes, no")
        }
    }

    /// A string that is exactly this one.
    public func constant(_ key: String, _ expected: String) throws(AttestationError) {
        guard try text(key) == expected else { throw failure(key, "\"\(expected)\"") }
    }

    /// A decimal number without sign or leading zeros that fits in 64 bits.
    public func decimal(_ key: String) throws(AttestationError) -> UInt64 {
        let untrustedText = try text(key)
        guard untrustedText.utf8.count <= 20, let number = UInt64(untrustedText), String(number) == untrustedText else {
            throw failure(key, "a decimal number below 2^64 without leading zeros")
        }
        return number
    }

    /// Unix seconds, from RFC 3339 text as `Timestamp` has it.
    public func time(_ key: String) throws(AttestationError) -> UInt64 {
        guard let time = Timestamp(parsing: try text(key)) else {
            throw failure(key, "a time such as 2026-11-21T06:00:00Z")
        }
        return time.seconds
    }

    /// A SHA-256 digest of 64 lower-case hexadecimal digits.
    public func digest(_ key: String) throws(AttestationError) -> SHA256Digest {
        try parsed(key, "64 lower-case hexadecimal digits") { text throws(CryptographyError) in
            try SHA256Digest(parsingHex: text)
        }
    }

    /// Bytes of a known number, in lower-case hexadecimal.
    public func bytes(_ key: String, count: Int) throws(AttestationError) -> [UInt8] {
        let expected = "\(count * 2) lower-case hexadecimal digits"
        let bytes = try parsed(key, expected) { text throws(CryptographyError) in try Hex.decode(text) }
        guard bytes.count == count else { throw failure(key, expected) }
        return bytes
    }

    /// The identifier of a person, machine, operator, scheduler or role.
    public func identifier(_ key: String) throws(AttestationError) -> SignerID {
        try parsed(key, SignerID.expectation) { text throws(AttestationError) in try SignerID(parsing: text) }
    }

    /// An object within this one.
    public func object(_ key: String, keys: [String]) throws(AttestationError) -> FieldReader {
        try FieldReader(try value(key), path: pathOf(key), keys: keys)
    }

    /// The elements of an array.
    public func elements(_ key: String) throws(AttestationError) -> [JSONValue] {
        guard case .array(let elements) = try value(key) else { throw failure(key, "an array") }
        return elements
    }

    /// An array of objects, each with exactly these keys, perhaps in strictly ascending byte order of one of them.
    public func objects(
        _ key: String, keys: [String], sortedBy order: String? = nil
    ) throws(AttestationError) -> [FieldReader] {
        var objects: [FieldReader] = []
        var last: String?
        for (index, element) in try elements(key).enumerated() {
            let object = try FieldReader(element, path: "\(pathOf(key))[\(index)]", keys: keys)
            if let order {
                let name = try object.text(order)
                if let last, !last.utf8.lexicographicallyPrecedes(name.utf8) {
                    throw object.failure(order, "objects sorted by this field, each value once")
                }
                last = name
            }
            objects.append(object)
        }
        return objects
    }

    /// An array of distinct strings, each accepted by another module's parser.
    public func distinct<Value: Hashable, Failure: Error>(
        _ key: String, _ expected: String, _ parse: (String) throws(Failure) -> Value
    ) throws(AttestationError) -> [Value] {
        var values: [Value] = []
        var seen: Set<Value> = []
        for (index, element) in try elements(key).enumerated() {
            let place = "\(pathOf(key))[\(index)]"
            let untrustedText = try Self.text(element, path: place)
            guard let value = try? parse(untrustedText) else { throw .malformedField(path: place, expected: expected) }
            guard seen.insert(value).inserted else { throw .malformedField(path: place, expected: "each value once") }
            values.append(value)
        }
        return values
    }
}
