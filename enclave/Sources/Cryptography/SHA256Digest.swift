/// A SHA-256 digest (FIPS 180-4); ordered as its bytes are.
public struct SHA256Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How many bytes a digest has.
    public static let byteCount = 32
    /// 32 zeros, which are the digest of nothing that anybody knows.
    public static let zeros = SHA256Digest(words: [UInt32](repeating: 0, count: 8))

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes exactly 32 bytes.
    public init(bytes untrusted: some Sequence<UInt8>) throws(CryptographyError) {
        bytes = Array(untrusted)
        guard bytes.count == Self.byteCount else {
            throw .malformed(field: "SHA-256 digest", expected: "32 bytes")
        }
    }

    /// Takes exactly 64 lower-case hexadecimal digits.
    public init(parsingHex untrustedHex: some StringProtocol) throws(CryptographyError) {
        try self.init(bytes: Hex.decode(untrustedHex, field: "SHA-256 digest"))
    }

    init(words: [UInt32]) {
        bytes = words.bigEndianBytes
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// The same as `hex`.
    public var description: String { hex }

    /// Whether the first digest comes before the second in byte order.
    public static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension FixedWidthInteger {
    /// Appends the bytes of the number, most significant first.
    func appendBigEndian(to bytes: inout [UInt8]) {
        for shift in stride(from: Self.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: self >> shift))
        }
    }
}

extension [UInt32] {
    /// The bytes of the numbers, of each the most significant first.
    var bigEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * count)
        for number in self { number.appendBigEndian(to: &bytes) }
        return bytes
    }
}
