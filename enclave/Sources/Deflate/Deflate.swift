/// Raw deflate (RFC 1951) by zlib, a whole stream in one call.
public enum Deflate {
    /// Compresses with a level of zlib's, a memory level of 8 and a 15-bit window.
    ///
    /// The same bytes under the same version of zlib give the same bytes.
    public static func compress(
        _ bytes: [UInt8], level: Int32, dictionary: [UInt8] = []
    ) throws(DeflateError) -> [UInt8] {
        let stream = try DeflateStream(level: level, dictionary: dictionary)
        return try stream.run(bytes[...], capacity: stream.bound(for: bytes.count)).output
    }

    /// Inflates a stream that comes to at most `capacity` bytes; also says how much input that took.
    public static func decompress(
        _ untrustedBytes: ArraySlice<UInt8>, capacity: Int, dictionary: [UInt8] = []
    ) throws(DeflateError) -> (output: [UInt8], consumed: Int) {
        try InflateStream(dictionary: dictionary).run(untrustedBytes, capacity: capacity)
    }

    /// Inflates a stream of exactly these bytes that comes to exactly `length` bytes.
    public static func decompress(
        whole untrustedBytes: [UInt8], length: Int, dictionary: [UInt8] = []
    ) throws(DeflateError) -> [UInt8] {
        let (output, consumed) = try decompress(untrustedBytes[...], capacity: length, dictionary: dictionary)
        guard output.count == length, consumed == untrustedBytes.count else { throw .otherLength }
        return output
    }
}

/// Why a stream could not be made or read.
public enum DeflateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// zlib could not work, or the stream is malformed or comes to more than it may; `code` is its own return value.
    case zlib(code: Int32)
    /// The stream comes to fewer bytes than were announced, or has bytes after its end.
    case otherLength

    /// One clause.
    public var description: String {
        switch self {
        case .zlib(let code): "zlib failed with code \(code)"
        case .otherLength: "the stream is not as long as it should be"
        }
    }
}
