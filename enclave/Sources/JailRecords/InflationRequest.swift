public import ByteCoding

/// How a request begins that has a verifier inflate a body (kind 6); the raw deflate stream follows to the end of the input.
///
/// The answer is the inflated bytes, as they come. The verifier ends with status 0 only if the stream comes to exactly so
/// many.
public struct InflationRequest: Hashable, Sendable {
    /// The number of the kind.
    public static let kind: UInt8 = 6
    /// How many bytes stand before the dictionary.
    public static let headerByteCount = 1 + 4 + 4
    private static let largestDictionary: UInt32 = 1 << 15

    /// How many bytes the stream must come to.
    public let length: UInt32
    /// What both sides think before the stream.
    public let dictionary: [UInt8]

    /// Puts the parts together.
    public init(length: UInt32, dictionary: [UInt8]) {
        self.length = length
        self.dictionary = dictionary
    }

    /// The bytes before the stream.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.kind)
        writer.integer(length)
        writer.counted(dictionary)
        return writer.bytes
    }

    /// What a header says: the length, and how many bytes of dictionary follow.
    public static func parts(
        ofHeader untrustedBytes: [UInt8]
    ) throws(ByteCodingError) -> (length: UInt32, dictionaryByteCount: Int) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try reader.constant(kind, "kind")
        let length: UInt32 = try reader.integer("length")
        let count: UInt32 = try reader.integer("dictionary")
        guard count <= largestDictionary else { throw .tooLarge(field: "dictionary", limit: UInt64(largestDictionary)) }
        try reader.end("header")
        return (length, Int(count))
    }
}
