/// How fast frames may be handed to a line whose rate is known, so that hardly any wait in a queue.
///
/// What waits there delays every repetition and acknowledgement, and counts as a round trip that the line does not
/// have.
struct LinePacing: Sendable {
    /// What the line carries; nil if that is not known.
    let bytesPerSecond: Int?
    /// When the line will have carried all that was handed to it.
    private(set) var idleAt: UInt64 = 0

    init(bytesPerSecond: Int?) { self.bytesPerSecond = bytesPerSecond.map { max(1, $0) } }

    /// How many full frames the line carries in about two seconds, at least 4.
    var frameCountInFlight: Int {
        guard let bytesPerSecond else { return .max }
        return max(4, min(bytesPerSecond, 1 << 30) * 2 / Frame.maximumWireCount)
    }

    /// When the next frame may be handed over: a little before the line falls idle.
    var nextFrameTime: UInt64 { idleAt.saturatingDifference(max(20_000_000, 2 * nanoseconds(Frame.maximumWireCount))) }

    /// Notes that so many bytes are handed over.
    mutating func add(_ byteCount: Int, at now: UInt64) {
        idleAt = max(idleAt, now).saturatingSum(nanoseconds(byteCount))
    }

    private func nanoseconds(_ byteCount: Int) -> UInt64 {
        guard let bytesPerSecond else { return 0 }
        return UInt64(byteCount) * 1_000_000_000 / UInt64(bytesPerSecond)
    }
}
