/// The parts that arrived: those in their order wait to be taken, those after a gap wait for it to close.
struct ReceiveWindow: Sendable {
    /// How many parts may wait to be taken, and how far from the part wanted next one may be.
    let limit: Int
    /// After how many parts an acknowledgement is due.
    private let interval: Int
    /// The number of the part that is wanted next.
    private(set) var expected: UInt32
    /// The place of a part is its distance from the part wanted next.
    private var kept: [Part?]
    private var keptCount = 0
    /// How many places, from the part wanted next, up to the last one of which something was seen.
    private var horizon = 0
    private var ready: ArraySlice<Part> = []
    /// Parts that arrived since the last acknowledgement.
    private var unacknowledgedCount = 0
    /// When an acknowledgement is due; nil if none is.
    private(set) var acknowledgementDue: UInt64?
    /// A gap has shown since the last acknowledgement, so that the next one is negative.
    private(set) var hasNewGap = false
    /// A message has begun and its end is not here yet.
    private(set) var isInMessage = false

    init(first: UInt32, limit: Int, interval: Int) {
        expected = first
        self.limit = limit
        self.interval = interval
        kept = Array(repeating: nil, count: limit)
    }

    var heldByteCount: Int {
        ready.reduce(0) { $0 + $1.payload.count } + kept.reduce(0) { $0 + ($1?.payload.count ?? 0) }
    }

    /// Nothing after a gap is here.
    var hasNoGap: Bool { keptCount == 0 }

    /// Bit i, the least significant one first, says that the part i + 1 after the one wanted next is here.
    var bitmap: [UInt8] {
        guard keptCount > 0 else { return [] }
        var bitmap = [UInt8](repeating: 0, count: (horizon + 6) / 8)
        for place in 1..<horizon where kept[place] != nil { bitmap[(place - 1) / 8] |= 1 << ((place - 1) % 8) }
        return bitmap
    }

    /// The next part in its order.
    mutating func takePart() -> Part? { ready.popFirst() }

    /// Whether a number is of this session: wanted soon, or wanted not long ago.
    func isNear(_ number: UInt32) -> Bool { number &- expected &+ UInt32(limit) <= UInt32(2 * limit) }

    /// Takes a part.
    ///
    /// One that is here already is acknowledged again; one for which there is no room will come again.
    mutating func take(_ part: Part, number: UInt32, at now: UInt64) {
        let distance = Int(number &- expected)
        guard distance < limit, kept[distance] == nil else { return requestAcknowledgement(at: now) }
        guard ready.count < limit else { return }
        unacknowledgedCount += 1
        let isUrgent = distance == 0 ? deliver(part) : keep(part, at: distance)
        let isDue = isUrgent || unacknowledgedCount >= interval
        let delayed = now.saturatingSum(RoundTripEstimate.acknowledgementDelay)
        acknowledgementDue = isDue ? now : min(acknowledgementDue ?? .max, delayed)
    }

    /// Keeps a part after a gap; true if the gap is new.
    private mutating func keep(_ part: Part, at distance: Int) -> Bool {
        kept[distance] = part
        keptCount += 1
        let isNewGap = distance > horizon
        if isNewGap { hasNewGap = true }
        horizon = max(horizon, distance + 1)
        return isNewGap
    }

    /// Delivers a part and what was kept after it; true if that closes a gap or ends a message.
    private mutating func deliver(_ part: Part) -> Bool {
        var parts = [part]
        if keptCount > 0 {
            while parts.count < limit, let next = kept[parts.count] { parts.append(next) }
            kept.removeFirst(parts.count)
            kept.append(contentsOf: Array(repeating: nil, count: parts.count))
            keptCount -= parts.count - 1
        }
        horizon = max(0, horizon - parts.count)
        expected &+= UInt32(parts.count)
        ready += parts
        isInMessage = parts[parts.count - 1].flags & Frame.last == 0
        return parts.count > 1 || !isInMessage
    }

    /// Lets an acknowledgement be sent, whatever arrived.
    mutating func requestAcknowledgement(at now: UInt64) { acknowledgementDue = now }

    /// Notes that what is here was acknowledged.
    mutating func noteAcknowledged() {
        acknowledgementDue = nil
        unacknowledgedCount = 0
        hasNewGap = false
    }
}
