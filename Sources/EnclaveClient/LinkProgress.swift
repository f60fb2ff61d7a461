/// How much of a message has crossed.
public struct LinkProgress: Hashable, Sendable {
    /// Which way a message goes.
    public enum Direction: Hashable, Sendable {
        /// A request.
        case toEnclave
        /// An answer.
        case fromEnclave
    }

    /// Which way the message goes.
    public var direction: Direction
    /// How many bytes of the encoded body have crossed, those that crossed before an interruption included.
    public var done: Int
    /// How many bytes it has.
    public var all: Int

    /// Puts the parts together.
    public init(_ direction: Direction, done: Int, all: Int) {
        self.direction = direction
        self.done = done
        self.all = all
    }
}

/// Says in words how a long transfer goes: nothing for what takes less than a second.
public struct TransferMeter: Sendable {
    private var begin: (progress: LinkProgress, time: Double)?
    private var saidAt: Double?

    /// Nothing crosses yet.
    public init() {}

    /// Takes what has crossed by a time in seconds; a new line if there is something to say, an empty one at the end.
    ///
    /// There is at most one line in half a second.
    public mutating func line(_ progress: LinkProgress, at time: Double) -> String? {
        if begin?.progress.direction != progress.direction || begin?.progress.all != progress.all
            || progress.done < begin?.progress.done ?? 0
        {
            begin = (progress, time)
            saidAt = nil
        }
        guard let begin, time - begin.time >= 1 else { return nil }
        if progress.done >= progress.all {
            defer { (self.begin, saidAt) = (nil, nil) }
            return saidAt == nil ? nil : ""
        }
        if let saidAt, time - saidAt < 0.5 { return nil }
        let crossed = progress.done - begin.progress.done
        guard crossed > 0 else { return nil }
        saidAt = time
        let left = (time - begin.time) * Double(progress.all - progress.done) / Double(crossed)
        let way = progress.direction == .toEnclave ? "to the enclave" : "from the enclave"
        return
            "\(way): \(Self.kibibytes(progress.done)) of \(Self.kibibytes(progress.all)) KiB, \(Self.text(left)) left"
    }

    private static func kibibytes(_ count: Int) -> Int { (count + 1023) / 1024 }

    private static func text(_ seconds: Double) -> String {
        let seconds = Int(min(seconds, 1e9).rounded(.up))
        return seconds < 100 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}
