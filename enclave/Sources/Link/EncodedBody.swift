public import Cryptography
public import Deflate

/// A body as it crosses the line.
public struct EncodedBody: Sendable {
    /// Where the encoded bytes are.
    public enum Place: Sendable {
        /// At hand.
        case memory([UInt8])
        /// In a file or another place that gives a part of them at a time.
        case file(any BodyFile)
    }

    /// The most bytes of a body that always comes at once.
    static let largestWhole = 1 << 16
    /// The most bytes of a body that is held while it crosses.
    public static let largestInMemory = 1 << 20

    /// How its bytes are made from those that are meant.
    public var encoding: MessageEncoding
    /// The encoded bytes.
    public var place: Place
    /// How many bytes are meant.
    public var decodedLength: UInt32
    /// The digest of those that are meant.
    public var digest: SHA256Digest

    /// Puts the parts together.
    public init(_ encoding: MessageEncoding, _ place: Place, decodedLength: UInt32, digest: SHA256Digest) {
        self.encoding = encoding
        self.place = place
        self.decodedLength = decodedLength
        self.digest = digest
    }

    /// How many encoded bytes there are.
    public var byteCount: Int {
        switch place {
        case .memory(let bytes): bytes.count
        case .file(let file): file.byteCount
        }
    }

    /// Whether the body is so large that it may come in several pieces.
    public var isLarge: Bool { byteCount > Self.largestWhole }

    /// The bytes from a position on, some of them at least.
    func bytes(from position: Int) throws(LinkError) -> ArraySlice<UInt8> {
        switch place {
        case .memory(let bytes): return bytes[position...].prefix(1 << 16)
        case .file(let file):
            let bytes = try file.bytes(from: position)
            guard (1...file.byteCount - position).contains(bytes.count) else {
                throw .malformed(field: "message.encodedLength", expected: "the length of the file")
            }
            return bytes[...]
        }
    }

    /// A body that crosses deflated, with the dictionary unless that is nil.
    public init(deflating bytes: [UInt8], dictionary: [UInt8]?) throws(DeflateError) {
        self.init(
            dictionary == nil ? .deflate : .dictionary,
            .memory(try Deflate.compress(bytes, level: 9, dictionary: dictionary ?? [])),
            decodedLength: UInt32(bytes.count), digest: SHA256.digest(of: bytes))
    }

    /// A body that crosses as it is.
    public init(identity bytes: [UInt8]) {
        self.init(.identity, .memory(bytes), decodedLength: UInt32(bytes.count), digest: SHA256.digest(of: bytes))
    }
}

/// Where a body is that is too large to be held.
public protocol BodyFile: Sendable {
    /// How many bytes it has.
    var byteCount: Int { get }

    /// Some bytes from a position before the end on; none of them is read twice in an exchange.
    func bytes(from position: Int) throws(LinkError) -> [UInt8]
}
