/// The parts that were taken to be sent and are not acknowledged yet, in their order.
struct SendWindow: Sendable {
    private struct Entry: Sendable {
        var part: Part
        /// When its last byte left, or will have left by what is known of the line; nil while it waits to be written.
        var sentAt: UInt64?
        /// How many times it was handed out.
        var transmissions = 0
        /// Which transmission of all its last one was.
        var order: UInt64 = 0
        /// The other side has it, but not everything before it.
        var isHere = false
        /// It is to be sent once more.
        var isMissing = false
    }

    /// How many parts may be in it.
    let limit: Int
    /// The number of the first part that is not acknowledged.
    private(set) var oldest: UInt32
    /// How many times in a row parts were repeated because nothing was acknowledged in time.
    private(set) var timeouts = 0
    private var entries: [Entry] = []
    private var transmittedCount = 0
    private var transmissions: UInt64 = 0
    private var writtenOrder: UInt64 = 0
    private var lastProgress: UInt64 = 0

    init(first: UInt32, limit: Int) {
        oldest = first
        self.limit = limit
    }

    var isEmpty: Bool { entries.isEmpty }
    var hasRoom: Bool { entries.count < limit }
    /// The number of the first part that was never handed out.
    var next: UInt32 { oldest &+ UInt32(transmittedCount) }
    var heldByteCount: Int { entries.reduce(0) { $0 + $1.part.payload.count } }
    var hasFrameToSend: Bool { transmittedCount < entries.count || entries.contains { $0.isMissing } }

    mutating func append(_ part: Part) {
        precondition(hasRoom, "whoever appends has looked for room")
        entries.append(Entry(part: part))
    }

    /// The part to send now: what is missing goes before what is new.
    mutating func takeFrame() -> (number: UInt32, part: Part, isRepetition: Bool)? {
        let missing = entries.firstIndex { $0.isMissing }
        guard let index = missing ?? (transmittedCount < entries.count ? transmittedCount : nil) else { return nil }
        if missing == nil { transmittedCount += 1 }
        transmissions += 1
        entries[index].order = transmissions
        entries[index].transmissions += 1
        entries[index].isMissing = false
        entries[index].sentAt = nil
        return (oldest &+ UInt32(index), entries[index].part, missing != nil)
    }

    /// Notes that all frames handed out were written, the last of them to leave the line at this time.
    mutating func noteWritten(at time: UInt64) {
        guard writtenOrder != transmissions else { return }
        for index in 0..<transmittedCount where entries[index].order > writtenOrder { entries[index].sentAt = time }
        writtenOrder = transmissions
    }

    /// Takes an acknowledgement: the number wanted next, and which parts after that one are there.
    mutating func acknowledge(
        _ number: UInt32, bitmap: [UInt8], at now: UInt64, estimate: inout RoundTripEstimate
    ) throws(LinkError) {
        let count = number &- oldest
        // One that was overtaken says nothing new.
        if Int32(bitPattern: count) < 0 { return }
        guard count <= UInt32(transmittedCount) else {
            throw .malformed(field: "frame.acknowledgement", expected: "a frame that was sent")
        }
        let places = try Array(0..<Int(count)) + self.places(in: bitmap, after: Int(count))
        let new = places.filter { !entries[$0].isHere }
        if let last = new.last {
            timeouts = 0
            lastProgress = now
            if entries[last].transmissions == 1, let sentAt = entries[last].sentAt {
                estimate.measure(now.saturatingDifference(sentAt))
            }
            let order = new.map { provenOrder(of: entries[$0], at: now, estimate) }.max() ?? 0
            for place in new { entries[place].isHere = true }
            markMissing(before: order)
        }
        entries.removeFirst(Int(count))
        transmittedCount -= Int(count)
        oldest = number
    }

    private func places(in bitmap: [UInt8], after count: Int) throws(LinkError) -> [Int] {
        guard bitmap.last != 0 else {
            throw .malformed(field: "frame.payload", expected: "a bitmap without zeros at its end")
        }
        var places: [Int] = []
        for (index, byte) in bitmap.enumerated() {
            for bit in 0..<8 where byte & (1 << bit) != 0 { places.append(count + 1 + index * 8 + bit) }
        }
        guard places.last ?? -1 < transmittedCount else {
            throw .malformed(field: "frame.payload", expected: "frames that were sent")
        }
        return places
    }

    /// The line keeps the order: what was sent before something that arrived, and is not there, is lost.
    private mutating func markMissing(before order: UInt64) {
        for place in 0..<transmittedCount where !entries[place].isHere && entries[place].order < order {
            entries[place].isMissing = true
        }
    }

    /// Which transmission an acknowledgement proves: that of a repeated part may mean an earlier one.
    private func provenOrder(of entry: Entry, at now: UInt64, _ estimate: RoundTripEstimate) -> UInt64 {
        if entry.transmissions == 1 { return entry.order }
        guard let sentAt = entry.sentAt, now >= sentAt.saturatingSum(estimate.shortest) else { return 0 }
        return entry.order
    }

    /// When parts are to be repeated; nil while nothing is under way.
    func deadline(_ estimate: RoundTripEstimate) -> UInt64? {
        let absent = entries.prefix(transmittedCount).first { !$0.isHere }
        guard let absent, !absent.isMissing, let sentAt = absent.sentAt else { return nil }
        return max(sentAt, lastProgress).saturatingSum(estimate.timeout(after: timeouts))
    }

    /// Lets the oldest and the newest part that are not there be repeated: from the newest one the other side sees
    /// what else it lacks.
    mutating func timeOut(at now: UInt64) {
        timeouts += 1
        lastProgress = now
        let absent = (0..<transmittedCount).filter { !entries[$0].isHere }
        for place in [absent.first, absent.last].compactMap(\.self) { entries[place].isMissing = true }
    }
}
