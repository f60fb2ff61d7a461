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

    /// The body from its beginning, each time anew; less than the whole where the spool cannot be read any more.
    public func source() -> any ByteSource {
        switch place {
        case .memory(let bytes): return Piece(bytes)
        case .spool(let spool):
            guard let identity = spool.partial?.identity, let kept = spool.body(of: identity) else { return Piece([]) }
            return kept
        }
    }

    /// The whole of it.
    public var bytes: [UInt8] {
        if case .memory(let bytes) = place { bytes } else { source().gather(atMost: byteCount) }
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
