/// Reads what `ByteWriter` writes, strictly: every field in its order, nothing skipped, nothing after the last one.
///
/// Every count is compared with the bytes that remain before anything is allocated for it, and every error names the
/// path of its field, such as `job.changes[2].removals[0]`.
///
/// A long message is read piece by piece, so that only what was made of it is held.
public struct ByteReader {
    /// The piece that is being read.
    private var bytes: [UInt8]
    private var position = 0
    private var path: [(field: StaticString, index: Int?)] = []
    /// Where the next pieces come from, and how many bytes they have.
    private let source: (any ByteSource)?
    private var outstanding = 0

    /// Takes bytes that nobody vouches for.
    public init(untrusted bytes: [UInt8]) {
        self.bytes = bytes
        source = nil
    }

    /// Takes so many bytes that nobody vouches for from where they come in pieces.
    public init(untrusted source: any ByteSource, count: Int) {
        bytes = []
        self.source = source
        outstanding = count
    }

    /// How many bytes are still unread.
    public var remaining: Int { bytes.count - position + outstanding }

    /// Reads an integer in its full width, the most significant byte first.
    @inlinable
    public mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(
        _ field: StaticString, as _: Integer.Type = Integer.self
    ) throws(ByteCodingError) -> Integer {
        Integer(truncatingIfNeeded: try number(Integer.bitWidth / 8, field))
    }

    /// Reads an integer that can only have one value, such as a version or a reserved field.
    @inlinable
    public mutating func constant<Integer: FixedWidthInteger & UnsignedInteger>(
        _ expected: Integer, _ field: StaticString
    ) throws(ByteCodingError) {
        guard try integer(field, as: Integer.self) == expected else { throw malformed(field, "\(expected)") }
    }

    /// Reads one byte that is 0 for no and 1 for yes.
    public mutating func flag(_ field: StaticString) throws(ByteCodingError) -> Bool {
        switch try integer(field, as: UInt8.self) {
        case 0: false
        case 1: true
        default: throw malformed(field, "0 or 1")
        }
    }

    /// Reads a known number of bytes.
    public mutating func fixed(_ count: Int, _ field: StaticString) throws(ByteCodingError) -> [UInt8] {
        Array(try take(count, field))
    }

    /// Reads a u32 count and that many bytes.
    public mutating func counted(
        _ field: StaticString, atMost limit: Int = Int(UInt32.max)
    ) throws(ByteCodingError) -> [UInt8] {
        let count = Int(try integer(field, as: UInt32.self))
        guard count <= limit else { throw .tooLarge(field: place(of: field), limit: UInt64(limit)) }
        return Array(try take(count, field))
    }

    /// Reads a u16 count of bytes and that much UTF-8 text without control characters.
    public mutating func text(
        _ field: StaticString, atMost limit: Int = Int(UInt16.max)
    ) throws(ByteCodingError) -> String {
        let count = Int(try integer(field, as: UInt16.self))
        guard count <= limit else { throw .tooLarge(field: place(of: field), limit: UInt64(limit)) }
        guard let text = String(validating: try take(count, field), as: UTF8.self) else {
            throw malformed(field, "UTF-8 text")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw malformed(field, "text without control characters")
        }
        return text
    }

    /// Reads a value that has a parser of its own; what the parser throws becomes the field's expectation.
    public mutating func parsed<Raw, Value>(
        _ field: StaticString, _ raw: Raw, _ parse: (Raw) throws -> Value
    ) throws(ByteCodingError) -> Value {
        do { return try parse(raw) } catch { throw malformed(field, "a valid value, but \(error)") }
    }

    /// Reads a u32 count and that many elements, none of which is shorter than `minimumByteCount`.
    public mutating func list<Element>(
        _ field: StaticString, minimumByteCount: Int, atMost limit: Int = Int(UInt32.max),
        _ element: (inout ByteReader) throws(ByteCodingError) -> Element
    ) throws(ByteCodingError) -> [Element] {
        let count = Int(try integer(field, as: UInt32.self))
        guard count <= limit else { throw .tooLarge(field: place(of: field), limit: UInt64(limit)) }
        guard count <= remaining / minimumByteCount else { throw malformed(field, "a count that the message can hold") }
        var elements: [Element] = []
        // What is still to come may never come.
        elements.reserveCapacity(min(count, 1024))
        for index in 0..<count {
            path.append((field, index))
            elements.append(try element(&self))
            path.removeLast()
        }
        return elements
    }

    /// Reads fields that belong together under one name.
    public mutating func group<Value>(
        _ field: StaticString, _ read: (inout ByteReader) throws(ByteCodingError) -> Value
    ) throws(ByteCodingError) -> Value {
        path.append((field, nil))
        let value = try read(&self)
        path.removeLast()
        return value
    }

    /// Refuses anything after the last field.
    public func end(_ message: StaticString) throws(ByteCodingError) {
        guard remaining == 0 else { throw malformed(message, "nothing after the last field") }
    }

    /// The error for a field whose bytes were read and are not what they should be.
    public func malformed(_ field: StaticString, _ expected: String) -> ByteCodingError {
        .malformed(field: place(of: field), expected: expected)
    }

    private func place(of field: StaticString) -> String {
        let parents = path.map { step in "\(step.field)" + (step.index.map { "[\($0)]" } ?? "") + "." }
        return parents.joined() + "\(field)"
    }

    /// The number that at most eight bytes are.
    @usableFromInline
    mutating func number(_ count: Int, _ field: StaticString) throws(ByteCodingError) -> UInt64 {
        try take(count, field).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: Int, _ field: StaticString) throws(ByteCodingError) -> ArraySlice<UInt8> {
        guard count <= remaining else { throw malformed(field, "\(count) more bytes") }
        if count > bytes.count - position { return try gather(count, field)[...] }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// Takes bytes of which some are in the pieces that come next.
    private mutating func gather(_ count: Int, _ field: StaticString) throws(ByteCodingError) -> [UInt8] {
        var gathered = Array(bytes[position...])
        while gathered.count < count {
            bytes = source?.next() ?? []
            guard !bytes.isEmpty, bytes.count <= outstanding else { throw malformed(field, "\(count) more bytes") }
            outstanding -= bytes.count
            position = min(bytes.count, count - gathered.count)
            gathered += bytes[..<position]
        }
        return gathered
    }
}
