public import ByteCoding

/// What the monitor asks a verifier about a body that came deflated (kind 6); the answer is the inflated bytes, and nothing
/// if the stream is not one of exactly that many.
public struct InflationRequest: Hashable, Sendable {
    /// The number of the kind.
    public static let kind: UInt8 = 6

    /// How many bytes the stream must come to.
    public let length: UInt32
    /// What both sides think before the stream.
    public let dictionary: [UInt8]
    /// The raw deflate stream.
    public let untrustedStream: [UInt8]

    /// Puts the parts together.
    public init(length: UInt32, dictionary: [UInt8], untrustedStream: [UInt8]) {
        self.length = length
        self.dictionary = dictionary
        self.untrustedStream = untrustedStream
    }

    /// Reads a request with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try reader.constant(Self.kind, "kind")
        length = try reader.integer("length")
        dictionary = try reader.counted("dictionary", atMost: 1 << 15)
        untrustedStream = try reader.counted("stream", atMost: VerificationRequest.maximumContentByteCount)
        try reader.end("inflation request")
    }

    /// The request's bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.kind)
        writer.integer(length)
        writer.counted(dictionary)
        writer.counted(untrustedStream)
        return writer.bytes
    }
}
