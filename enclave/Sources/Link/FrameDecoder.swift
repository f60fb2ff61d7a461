/// Finds frames in a stream of bytes, with bounded memory.
///
/// What comes before the first good frame is noise of a line that nobody listened to: it is dropped and counted. After
/// that a stream socket loses nothing, so that a bad frame is an error.
package struct FrameDecoder {
    /// How much noise there may be before the first good frame.
    static let noiseLimit = 1 << 16

    /// How many bytes of noise came before the first good frame, delimiters not counted.
    private(set) var droppedByteCount = 0
    private var hasBegun = false
    private var pending: [UInt8] = []

    /// Begins before the first byte.
    package init() {}

    /// The frames that are complete with these bytes.
    package mutating func frames(in untrustedBytes: [UInt8]) throws(LinkError) -> [Frame] {
        var frames: [Frame] = []
        var rest = untrustedBytes[...]
        while let end = rest.firstIndex(of: 0) {
            try append(rest[..<end])
            rest = rest[(end + 1)...]
            if let frame = try frame() { frames.append(frame) }
        }
        try append(rest)
        return frames
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) throws(LinkError) {
        let room = Frame.maximumStuffedCount + 1 - pending.count
        pending += bytes.prefix(room)
        guard bytes.count > room else { return }
        if hasBegun { throw tooLong }
        try drop(bytes.count - room)
    }

    /// The frame that just ended, if it is one; empty frames are ignored.
    private mutating func frame() throws(LinkError) -> Frame? {
        defer { pending.removeAll(keepingCapacity: true) }
        if pending.isEmpty { return nil }
        do throws(LinkError) {
            guard pending.count <= Frame.maximumStuffedCount else { throw tooLong }
            let frame = try Frame(stuffed: pending)
            hasBegun = true
            return frame
        } catch {
            if case .version = error { throw error }
            if hasBegun { throw error }
            try drop(pending.count)
            return nil
        }
    }

    private mutating func drop(_ count: Int) throws(LinkError) {
        droppedByteCount += count
        guard droppedByteCount <= Self.noiseLimit else {
            throw .malformed(field: "stream", expected: "a frame within \(Self.noiseLimit) bytes")
        }
    }

    private var tooLong: LinkError {
        .malformed(field: "frame", expected: "at most \(Frame.maximumStuffedCount) bytes between two delimiters")
    }
}
