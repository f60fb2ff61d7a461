/// Bytes that come in pieces, so that a long message need not be held whole.
public protocol ByteSource: AnyObject {
    /// The next piece; empty at the end, and where nothing more can be had.
    func next() -> [UInt8]
}

extension ByteSource {
    /// What is left of it, at most so many bytes and what the last piece has beyond them.
    public func gather(atMost limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let piece = next()
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }
}
