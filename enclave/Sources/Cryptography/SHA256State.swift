/// SHA-256 after some bytes: enough to go on, and nothing that could point elsewhere.
///
/// A state that came from another machine holds whatever that machine liked, but always in this shape: eight words, a
/// tail shorter than a block whose size the length dictates, and the initial words while no block is complete.
public struct SHA256State: Hashable, Sendable {
    /// The largest length accepted, far above any file and far below where the bit count of SHA-256 ends.
    public static let maximumLength: UInt64 = 1 << 60

    /// The eight chaining words after the last complete block.
    public let words: [UInt32]

    /// The bytes after the last complete block.
    public let tail: [UInt8]

    /// How many bytes went in, tail included.
    public let length: UInt64

    /// Takes the parts of a state and checks their shape.
    public init(words: [UInt32], tail: [UInt8], length: UInt64) throws(CryptographyError) {
        guard words.count == 8 else { throw .malformed(field: "SHA-256 state", expected: "eight words") }
        guard length <= Self.maximumLength else {
            throw .malformed(field: "SHA-256 state's length", expected: "at most 2^60")
        }
        guard tail.count == Int(length % UInt64(SHA256.blockSize)) else {
            throw .malformed(field: "SHA-256 state's tail", expected: "the rest of its length after whole blocks")
        }
        guard length >= SHA256.blockSize || words == SHA256.initialWords else {
            throw .malformed(field: "SHA-256 state", expected: "the initial words before the first whole block")
        }
        self.init(uncheckedWords: words, tail: tail, length: length)
    }

    /// Parses what `hex` writes, with the length that is stated beside it.
    public init(parsingHex untrustedHex: some StringProtocol, length: UInt64) throws(CryptographyError) {
        let bytes = try Hex.decode(untrustedHex, field: "SHA-256 state")
        guard bytes.count >= SHA256Digest.byteCount else {
            throw .malformed(field: "SHA-256 state", expected: "eight words and a tail")
        }
        let words = (0..<8).map { index in
            bytes[index * 4..<index * 4 + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        }
        try self.init(words: words, tail: Array(bytes.dropFirst(SHA256Digest.byteCount)), length: length)
    }

    init(uncheckedWords words: [UInt32], tail: [UInt8], length: UInt64) {
        self.words = words
        self.tail = tail
        self.length = length
    }

    /// The words, big-endian, then the tail, in lower-case hexadecimal.
    public var hex: String { Hex.encode(words.bigEndianBytes + tail) }

    /// The digest of everything that went in, followed by these bytes.
    public func digest(appending bytes: [UInt8] = []) -> SHA256Digest {
        var hash = SHA256(state: self)
        hash.update(bytes)
        return hash.finalize()
    }
}
