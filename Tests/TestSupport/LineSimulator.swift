import Foundation
import Synchronization

/// A serial line between two pseudo-terminals, in real time; `LineFaults` says what happens on it.
///
/// Programs may open and close both ends as they like. What arrives at an end that nobody has open is lost.
public final class LineSimulator: Sendable {
    /// How far ahead of the line bytes are taken from a program: what a serial port has in its own queue.
    private static let lead: UInt64 = 20_000_000
    /// How much is kept for a program that does not read; what comes then is lost.
    private static let room = 1 << 16

    /// One end of the line, and the direction that begins there.
    fileprivate struct End {
        var terminal: PseudoTerminal?
        var faults: LineFaults
        var isOpen = false
        var arrived: ArraySlice<UInt8> = []
        var overruns = 0
    }

    private struct Line {
        var ends: (End, End)
        var isStopped = false
    }

    /// The names of the two ends.
    public let paths: (String, String)
    private let line: Mutex<Line>

    /// Makes the two ends, with these names; each direction has faults of its own.
    public init(at paths: (String, String), _ rates: LineRates, seed: UInt64) throws {
        self.paths = paths
        line = Mutex(
            Line(
                ends: (
                    End(terminal: try PseudoTerminal(at: paths.0), faults: LineFaults(rates, seed: seed)),
                    End(terminal: try PseudoTerminal(at: paths.1), faults: LineFaults(rates, seed: ~seed))
                )))
    }

    /// Carries bytes until `stop()`; says each time that so many more were carried, both directions together.
    public func run(each byteCount: Int = .max, carried: (Int) -> Void = { _ in }) {
        var next = byteCount
        while let (pause, numbers) = step() {
            let (first, second, _) = counters
            if first.bytesArrived + second.bytesArrived >= next {
                carried(next)
                next += byteCount
            }
            var entries = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            _ = unsafe poll(&entries, nfds_t(entries.count), pause)
        }
    }

    /// Ends `run()`.
    public func stop() { line.withLock { $0.isStopped = true } }

    /// Takes both devices away, with all that is on the line, as if the adapters were pulled.
    public func unplug() {
        line.withLock { line in
            line.ends.0.unplug()
            line.ends.1.unplug()
        }
    }

    /// Brings the devices back by the same names.
    public func replug() throws {
        try line.withLock { line in
            line.ends.0.terminal = try PseudoTerminal(at: paths.0)
            line.ends.1.terminal = try PseudoTerminal(at: paths.1)
        }
    }

    /// Loses everything for a time; the devices stay.
    public func cut(milliseconds: UInt64) {
        line.withLock { line in
            let end = Self.now + milliseconds * 1_000_000
            line.ends.0.faults.cut(until: end)
            line.ends.1.faults.cut(until: end)
        }
    }

    /// What happened in each direction, and how many bytes were lost because a program did not read.
    public var counters: (LineFaults.Counters, LineFaults.Counters, overruns: Int) {
        line.withLock { line in
            (line.ends.0.faults.counters, line.ends.1.faults.counters, line.ends.0.overruns + line.ends.1.overruns)
        }
    }

    /// Moves what is due; returns how long to pause, in milliseconds, and what to poll meanwhile.
    private func step() -> (pause: CInt, numbers: [CInt])? {
        line.withLock { line -> (pause: CInt, numbers: [CInt])? in
            guard !line.isStopped else { return nil }
            let now = Self.now
            line.ends.0.take(at: now, ahead: Self.lead)
            line.ends.1.take(at: now, ahead: Self.lead)
            line.ends.1.give(line.ends.0.faults.arrivals(by: now), atMost: Self.room)
            line.ends.0.give(line.ends.1.faults.arrivals(by: now), atMost: Self.room)
            let isBusy = line.ends.0.isBusy(at: now) || line.ends.1.isBusy(at: now)
            return (isBusy ? 1 : 20, isBusy ? [] : line.ends.0.numbers + line.ends.1.numbers)
        }
    }

    private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}

extension LineSimulator.End {
    fileprivate mutating func take(at now: UInt64, ahead: UInt64) {
        isOpen = false
        guard terminal != nil else { return }
        let byteTime = faults.rates.byteNanoseconds
        let room = byteTime == 0 ? 1 << 16 : max(1, Int(ahead / byteTime)) - faults.queuedByteCount(at: now)
        guard let bytes = room > 0 ? terminal?.read(atMost: room) : [] else { return }
        isOpen = true
        faults.send(bytes, at: now)
    }

    fileprivate mutating func give(_ bytes: [UInt8], atMost room: Int) {
        // A queue that is full says nothing of who has the end open.
        let taken = bytes.prefix(max(0, room - arrived.count))
        overruns += bytes.count - taken.count
        arrived += taken
        if !isOpen { arrived = [] }
        if !arrived.isEmpty, let count = terminal?.write(arrived) { arrived = arrived.dropFirst(count) }
    }

    fileprivate mutating func unplug() {
        terminal = nil
        arrived = []
        faults.cut(until: 0)
    }

    fileprivate func isBusy(at now: UInt64) -> Bool {
        !arrived.isEmpty || faults.nextArrival != nil || faults.queuedByteCount(at: now) > 0
    }

    /// A terminal that nobody has open would end each poll at once.
    fileprivate var numbers: [CInt] {
        guard isOpen, let number = terminal?.number else { return [] }
        return [number]
    }
}
