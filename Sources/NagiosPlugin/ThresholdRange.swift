/// The values that are as they should be, as the Monitoring Plugins Development Guidelines write a range:
/// `[@][start:][end]`, where a missing start is 0, `~` is no start, a missing end is no end, and `@` turns it round.
public struct ThresholdRange: Hashable, Sendable {
    /// The range as it was written.
    public let text: String
    private let start: Double
    private let end: Double
    private let isTurnedRound: Bool

    /// Reads a range; nil for what is none.
    public init?(_ text: String) {
        self.text = text
        isTurnedRound = text.hasPrefix("@")
        let parts = text.drop { $0 == "@" }.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, text.count(where: { $0 == "@" }) <= 1, let last = parts.last,
            let start = parts.count == 1 ? 0 : Self.bound(parts[0], unlimited: "~", -.infinity),
            let end = parts.count == 2 && last.isEmpty ? .infinity : Self.bound(last, unlimited: "", .infinity),
            start <= end
        else { return nil }
        (self.start, self.end) = (start, end)
    }

    /// Whether a value is one to be told of.
    public func isAlarming(_ value: Double) -> Bool { (start...end).contains(value) == isTurnedRound }

    private static func bound(_ text: Substring, unlimited: String, _ limit: Double) -> Double? {
        if !unlimited.isEmpty, text == unlimited { return limit }
        let isDecimal = !text.isEmpty && text.utf8.allSatisfy { "-.0123456789".utf8.contains($0) }
        return isDecimal ? Double(text) : nil
    }
}
