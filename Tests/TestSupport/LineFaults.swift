import Glibc

/// One direction of a serial line, as a value: given bytes and the time it says what arrives when.
///
/// Nothing in it waits or reads a clock, and what happens follows from the rates, the seed and the calls.
public struct LineFaults: Sendable {
    /// What has happened on the line.
    public struct Counters: Hashable, Sendable {
        /// Bytes handed to the line.
        public var bytesSent = 0
        /// Bytes taken from its other end.
        public var bytesArrived = 0
        /// Single bits that were flipped.
        public var bitErrors = 0
        /// Single bytes that were lost; what is lost in cuts is not counted.
        public var drops = 0
        /// Bytes that nobody sent.
        public var inserts = 0
        /// Bytes that came twice.
        public var duplicates = 0
        /// Bursts that began.
        public var bursts = 0
        /// Stalls that began.
        public var stalls = 0
        /// Cuts that began.
        public var cuts = 0
    }

    /// Bytes without a gap: the first arrives at a time, and each later one a byte's time after the one before.
    private struct Run {
        var time: UInt64
        var bytes: ArraySlice<UInt8>
    }

    /// What the line does.
    public let rates: LineRates
    /// What it has done.
    public private(set) var counters = Counters()

    private let byteNanoseconds: UInt64
    private var generator: SplitMix64
    private var bitErrors: Occurrences
    private var drops: Occurrences
    private var inserts: Occurrences
    private var duplicates: Occurrences
    private var bursts: Occurrences
    private var stalls: Occurrences
    private var cuts: Occurrences
    private var burstRest = 0
    private var freeAt: UInt64 = 0
    private var cutUntil: UInt64 = 0
    private var runs: ArraySlice<Run> = []

    /// A quiet line, on which everything follows from the seed.
    public init(_ rates: LineRates, seed: UInt64) {
        self.rates = rates
        byteNanoseconds = rates.byteNanoseconds
        generator = SplitMix64(seed: seed)
        bitErrors = Occurrences(rate: rates.bitErrors, using: &generator)
        drops = Occurrences(rate: rates.drops, using: &generator)
        inserts = Occurrences(rate: rates.inserts, using: &generator)
        duplicates = Occurrences(rate: rates.duplicates, using: &generator)
        bursts = Occurrences(rate: rates.bursts, using: &generator)
        stalls = Occurrences(rate: rates.stalls, using: &generator)
        cuts = Occurrences(rate: rates.cuts, using: &generator)
    }

    /// When the last byte handed over will have left the sender, as a sender that waits for its queue sees it.
    public var idleAt: UInt64 { freeAt }

    /// How many bytes handed over have not yet left the sender.
    public func queuedByteCount(at now: UInt64) -> Int {
        guard byteNanoseconds > 0, freeAt > now else { return 0 }
        return Int((freeAt - now + byteNanoseconds - 1) / byteNanoseconds)
    }

    /// When there will be something to take; nil while nothing is under way.
    public var nextArrival: UInt64? { runs.first?.time }

    /// Hands bytes to the line, which sends what is under way already first; times never run backwards.
    public mutating func send(_ bytes: some Collection<UInt8>, at now: UInt64) {
        freeAt = max(freeAt, now)
        counters.bytesSent += bytes.count
        var rest = Array(bytes)[...]
        while let byte = rest.first {
            let untouched = min(rest.count, untouchedByteCount)
            if untouched > 0 {
                pass(rest.prefix(untouched))
                rest = rest.dropFirst(untouched)
            } else {
                rest = rest.dropFirst()
                spoil(byte)
            }
        }
    }

    /// Takes what has arrived by now.
    public mutating func arrivals(by now: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        while var run = runs.first, run.time <= now {
            let due =
                byteNanoseconds == 0
                ? run.bytes.count : min(run.bytes.count, Int((now - run.time) / byteNanoseconds) + 1)
            bytes += run.bytes.prefix(due)
            run.bytes = run.bytes.dropFirst(due)
            run.time += UInt64(due) * byteNanoseconds
            if run.bytes.isEmpty { runs.removeFirst() } else { runs[runs.startIndex] = run }
        }
        counters.bytesArrived += bytes.count
        return bytes
    }

    /// Loses what is under way, and all that is sent before a time.
    public mutating func cut(until end: UInt64) {
        counters.cuts += 1
        runs = []
        cutUntil = max(cutUntil, end)
    }

    /// How many bytes pass before something happens to one.
    private var untouchedByteCount: Int {
        if burstRest > 0 || freeAt < cutUntil { return 0 }
        return min(
            bitErrors.untouched / 8, drops.untouched, inserts.untouched, duplicates.untouched, bursts.untouched,
            stalls.untouched, cuts.untouched)
    }

    private mutating func pass(_ bytes: ArraySlice<UInt8>) {
        bitErrors.skip(bytes.count * 8)
        drops.skip(bytes.count)
        inserts.skip(bytes.count)
        duplicates.skip(bytes.count)
        bursts.skip(bytes.count)
        stalls.skip(bytes.count)
        cuts.skip(bytes.count)
        deliver(bytes)
    }

    /// Sends the one byte to which something happens.
    private mutating func spoil(_ sent: UInt8) {
        if stalls.happens(using: &generator) {
            counters.stalls += 1
            freeAt += .random(in: 0...rates.stallNanoseconds, using: &generator)
        }
        if cuts.happens(using: &generator) {
            counters.cuts += 1
            cutUntil = max(cutUntil, freeAt + .random(in: 0...rates.cutNanoseconds, using: &generator))
        }
        if bursts.happens(using: &generator) {
            counters.bursts += 1
            burstRest = .random(in: 1...max(1, rates.burstByteCount), using: &generator)
        }
        var byte = sent
        for bit in 0..<8 where bitErrors.happens(using: &generator) {
            counters.bitErrors += 1
            byte ^= 1 << bit
        }
        if burstRest > 0 {
            burstRest -= 1
            byte = .random(in: .min ... .max, using: &generator)
        }
        let (isLost, isTwice, isFollowed) = (
            drops.happens(using: &generator), duplicates.happens(using: &generator),
            inserts.happens(using: &generator)
        )
        counters.drops += isLost ? 1 : 0
        counters.duplicates += isTwice ? 1 : 0
        counters.inserts += isFollowed ? 1 : 0
        if isLost { freeAt += byteNanoseconds } else { deliver([byte]) }
        if isTwice { deliver([byte]) }
        if isFollowed { deliver([.random(in: .min ... .max, using: &generator)]) }
    }

    private mutating func deliver(_ bytes: ArraySlice<UInt8>) {
        let arrival = freeAt + byteNanoseconds + rates.latencyNanoseconds
        let isCut = freeAt < cutUntil
        freeAt += UInt64(bytes.count) * byteNanoseconds
        if isCut { return }
        if let last = runs.last, last.time + UInt64(last.bytes.count) * byteNanoseconds == arrival {
            runs[runs.endIndex - 1].bytes += bytes
        } else {
            runs.append(Run(time: arrival, bytes: bytes))
        }
    }
}

/// When something with a fixed probability happens: the distances are drawn, not each time (a geometric distribution).
private struct Occurrences: Sendable {
    /// How many times nothing happens before it does.
    private(set) var untouched: Int
    private let rate: Double

    init(rate: Double, using generator: inout SplitMix64) {
        self.rate = rate
        untouched = Self.distance(rate, using: &generator)
    }

    mutating func skip(_ count: Int) { untouched -= count }

    mutating func happens(using generator: inout SplitMix64) -> Bool {
        guard untouched == 0 else {
            untouched -= 1
            return false
        }
        untouched = Self.distance(rate, using: &generator)
        return true
    }

    private static func distance(_ rate: Double, using generator: inout SplitMix64) -> Int {
        // A rate of 0 still draws, so that the other faults stay where they are.
        let uniform = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &generator)
        guard rate > 0 else { return Int.max / 2 }
        return rate >= 1 ? 0 : Int(min(log(uniform) / log1p(-rate), 1e15))
    }
}
