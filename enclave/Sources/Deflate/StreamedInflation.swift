import CZlib

/// A raw deflate stream that is inflated while it comes.
public struct StreamedInflation: ~Copyable {
    private let stream: InflateStream
    /// The stream has come to its end.
    public private(set) var hasEnded = false

    /// The dictionary is what is thought to stand before the output.
    public init(dictionary: [UInt8] = []) throws(DeflateError) { stream = try InflateStream(dictionary: dictionary) }

    /// Takes of the input what it needs for at most `count` bytes of output, which is empty where it needs more input.
    public mutating func inflate(
        _ untrustedInput: inout ArraySlice<UInt8>, atMost count: Int
    ) throws(DeflateError) -> [UInt8] {
        guard !hasEnded else { return [] }
        let (output, consumed, code) = stream.step(untrustedInput, atMost: count)
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(code) else { throw .zlib(code: code) }
        hasEnded = code == Z_STREAM_END
        untrustedInput = untrustedInput.dropFirst(consumed)
        return output
    }
}
