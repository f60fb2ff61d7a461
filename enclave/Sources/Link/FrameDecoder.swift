/// Finds frames in a stream of bytes, with bounded memory.
///
/// What stands between two delimiters and is no frame was damaged on the line: it is dropped and counted.
package struct FrameDecoder: Sendable {
    /// Pieces between delimiters that were no frame.
    private(set) var badFrameCount: UInt64 = 0
    /// The bytes of those pieces, delimiters not counted.
    private(set) var droppedByteCount: UInt64 = 0
    private var pending: [UInt8] = []

    /// Begins before the first byte.
    package init() {}

    /// How many bytes of a frame that has not ended yet are kept.
    var heldByteCount: Int { pending.count }

    /// The frames that are complete with these bytes; throws `version` for a good frame of another version.
    package mutating func frames(in untrustedBytes: [UInt8]) throws(LinkError) -> [Frame] {
        var frames: [Frame] = []
        var rest = untrustedBytes[...]
        while let end = rest.firstZero {
            append(rest[..<end])
            rest = rest[(end + 1)...]
            if let frame = try frame() { frames.append(frame) }
        }
        append(rest)
        return frames
    }

    /// Keeps one byte more than a frame can have, and so knows that it is none.
    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        let room = Frame.maximumStuffedCount + 1 - pending.count
        pending += bytes.prefix(room)
        droppedByteCount += UInt64(max(0, bytes.count - room))
    }

    /// The frame that just ended, if it is one; empty frames are ignored.
    private mutating func frame() throws(LinkError) -> Frame? {
        defer { pending.removeAll(keepingCapacity: true) }
        if pending.isEmpty { return nil }
        do throws(LinkError) { return try Frame(stuffed: pending) } catch {
            if case .version = error { throw error }
            badFrameCount += 1
            droppedByteCount += UInt64(pending.count)
            return nil
        }
    }
}
