/// Reads big-endian fields from untrusted bytes, never past their end.
struct ByteCursor {
    private var rest: ArraySlice<UInt8>

    init(_ untrustedBytes: some Sequence<UInt8>) { rest = Array(untrustedBytes)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var remainingCount: Int { rest.count }

    mutating func take(_ count: Int, _ field: String) throws(OpenPGPError) -> [UInt8] {
        guard count <= rest.count else {
            throw .malformed(field: field, expected: "complete")
        }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }

    mutating func number(ofBytes count: Int, _ field: String) throws(OpenPGPError) -> UInt32 {
        try take(count, field).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func byte(_ field: String) throws(OpenPGPError) -> UInt8 {
        UInt8(truncatingIfNeeded: try number(ofBytes: 1, field))
    }

    /// A multiprecision integer without leading zero bits (RFC 4880 section 3.2).
    mutating func integer(_ field: String, maximumBits: Int) throws(OpenPGPError) -> [UInt8] {
        let bits = Int(try number(ofBytes: 2, field))
        guard (1...maximumBits).contains(bits) else {
            throw .malformed(field: field, expected: "an integer of 1 to \(maximumBits) bits")
        }
        let bytes = try take((bits + 7) / 8, field)
        guard let first = bytes.first, bytes.count * 8 - first.leadingZeroBitCount == bits else {
            throw .malformed(field: field, expected: "an integer of as many bits as it states")
        }
        return bytes
    }

    func expectEnd(_ field: String) throws(OpenPGPError) {
        guard isAtEnd else { throw .malformed(field: field, expected: "free of bytes after its end") }
    }
}

/// A number's bytes, most significant first.
func bigEndian(_ number: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// A multiprecision integer from big-endian bytes.
func multiprecisionInteger(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array(bytes.drop { $0 == 0 })
    let bits = digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
    return bigEndian(UInt16(truncatingIfNeeded: bits)) + digits
}

/// Bytes with zeros before them, up to a size; longer ones are left alone.
func leftPadded(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: max(0, count - bytes.count)) + bytes
}
