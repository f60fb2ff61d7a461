/// Which of several servers is asked next: one after the other, but none before the time that it gave.
struct Rotation {
    private var notBefore: [ContinuousClock.Instant?]
    private var first = 0
    /// How often any of them failed.
    private(set) var failures = 0

    /// Begins with the first of so many.
    init(count: Int) { notBefore = Array(repeating: nil, count: count) }

    /// The next one, and until when to wait before it is asked; nil if it may be asked now.
    func next(at now: ContinuousClock.Instant) -> (index: Int, time: ContinuousClock.Instant?) {
        let order = notBefore.indices.map { (first + $0) % notBefore.count }
        if let free = order.first(where: { index in notBefore[index].map { $0 <= now } ?? true }) { return (free, nil) }
        let soonest = order.min { (notBefore[$0] ?? now) < (notBefore[$1] ?? now) } ?? first
        return (soonest, notBefore[soonest])
    }

    /// One failed and may have said when it can be asked again.
    mutating func note(failureOf index: Int, notBefore time: ContinuousClock.Instant?) {
        notBefore[index] = time
        first = index + 1
        failures += 1
    }
}
