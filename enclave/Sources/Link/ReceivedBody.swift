public import ByteCoding

/// The encoded body of a message that has come, which no digest has been compared with yet.
public struct ReceivedBody {
    enum Place {
        case memory([UInt8])
        case spool(MessageSpool)
    }

    /// How many bytes it has.
    public let byteCount: Int
    let place: Place

    /// The body from its beginning, each time anew.
    public func source() -> ReceivedBytes {
        switch place {
        case .memory(let bytes): return ReceivedBytes(Piece(bytes), byteCount: byteCount)
        case .spool(let spool):
            let kept = spool.partial.flatMap { spool.body(of: $0.identity) }
            return ReceivedBytes(kept ?? Piece([]), byteCount: byteCount)
        }
    }

    /// The whole of it.
    public var bytes: [UInt8] {
        get throws(LinkError) {
            if case .memory(let bytes) = place { return bytes }
            let source = source()
            let bytes = source.gather(atMost: byteCount)
            guard !source.isShort else { throw .unreadable }
            return bytes
        }
    }

    private final class Piece: ByteSource {
        private var bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func next() -> [UInt8] {
            defer { bytes = [] }
            return bytes
        }
    }
}

/// The bytes of a body that has come, as they can be had again.
public final class ReceivedBytes: ByteSource {
    /// Whether it came to its end before all that had come: the disk does not give back what was written, or something else.
    public private(set) var isShort = false
    private let source: any ByteSource
    private var left: Int

    init(_ source: any ByteSource, byteCount: Int) { (self.source, left) = (source, byteCount) }

    /// The next piece; empty at the end.
    public func next() -> [UInt8] {
        let piece = source.next()
        if piece.isEmpty, left > 0 { isShort = true }
        left -= piece.count
        return piece
    }
}
