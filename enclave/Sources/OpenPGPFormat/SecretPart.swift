/// A part of bytes with secrets that is read from its beginning on, in place: what is read are positions.
struct SecretPart {
    /// What is still unread.
    private(set) var rest: Range<Int>

    init(_ range: Range<Int>) { rest = range }

    mutating func take(_ count: Int, _ field: String) throws(OpenPGPError) -> Range<Int> {
        guard count <= rest.count else { throw .malformed(field: field, expected: "complete") }
        let taken = rest.prefix(count)
        rest = taken.endIndex..<rest.upperBound
        return taken.startIndex..<taken.endIndex
    }

    mutating func takeRest() -> Range<Int> {
        defer { rest = rest.upperBound..<rest.upperBound }
        return rest
    }

    mutating func number(ofBytes count: Int, _ field: String, in bytes: RawSpan) throws(OpenPGPError) -> Int {
        try take(count, field).reduce(0) { $0 << 8 | Int(bytes.byte(at: $1)) }
    }

    /// A multiprecision integer of which only the length is looked at: gpg writes secret ones perhaps with leading zeros.
    mutating func integer(
        _ field: String, maximumBytes: Int, in bytes: RawSpan
    ) throws(OpenPGPError) -> Range<Int> {
        let size = (try number(ofBytes: 2, field, in: bytes) + 7) / 8
        guard size <= maximumBytes else { throw .malformed(field: field, expected: "of at most \(maximumBytes) bytes") }
        return try take(size, field)
    }

    func expectEnd(_ field: String) throws(OpenPGPError) {
        guard rest.isEmpty else { throw .malformed(field: field, expected: "free of bytes after its end") }
    }
}

extension RawSpan {
    func byte(at position: Int) -> UInt8 {
        precondition(byteOffsets.contains(position), "a byte is read where there is one")
        return unsafe unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    /// A copy of a part that is no secret, or that the caller wipes.
    func copy(_ part: Range<Int>) -> [UInt8] {
        unsafe extracting(part).withUnsafeBytes { unsafe Array($0) }
    }

    func starts(with beginning: [UInt8]) -> Bool {
        byteCount >= beginning.count && beginning.indices.allSatisfy { byte(at: $0) == beginning[$0] }
    }
}
