/// Says at which points of a long transfer a line belongs into a log: at each tenth, and once a minute at least while
/// something crosses; never about what takes less than ten seconds.
public struct TransferMilestones: Sendable {
    private static let (shortest, longestSilence) = (10.0, 60.0)

    private var progress: LinkProgress?
    private var (begin, saidAt, saidTenths) = (0.0, 0.0, 0)

    /// Nothing crosses yet.
    public init() {}

    /// Takes what has crossed by a time in seconds; how many hundredths that is, if it is to be said.
    public mutating func percentage(_ next: LinkProgress, at time: Double) -> Int? {
        if next.direction != progress?.direction || next.all != progress?.all || next.done < progress?.done ?? 0 {
            (begin, saidAt, saidTenths) = (time, time, next.all > 0 ? next.done * 10 / next.all : 0)
        }
        progress = next
        guard time - begin >= Self.shortest, next.all > 0 else { return nil }
        let tenths = next.done * 10 / next.all
        guard tenths > saidTenths || time - saidAt >= Self.longestSilence else { return nil }
        (saidAt, saidTenths) = (time, tenths)
        return next.done * 100 / next.all
    }
}
