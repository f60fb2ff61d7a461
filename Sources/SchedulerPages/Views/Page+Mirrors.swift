import Descriptors

/// What was last known of one mirror.
public struct MirrorView: Hashable, Sendable {
    /// The mirror's name.
    public let name: String
    /// `current`, `lagging`, `unreachable` or `wrong`; nil if it was never looked at.
    public let state: String?
    /// When it was last looked at, in Unix seconds.
    public let checkedAt: UInt64?
    /// Since when it does not show everything as it is published, in Unix seconds.
    public let behindSince: UInt64?
    /// The serial of each database that it shows, by its folder.
    public let serials: [String: UInt64]
    /// What is not as it should be.
    public let findings: [String]

    /// Takes all of it.
    public init(
        name: String, state: String?, checkedAt: UInt64?, behindSince: UInt64?, serials: [String: UInt64],
        findings: [String]
    ) {
        (self.name, self.state, self.checkedAt, self.behindSince) = (name, state, checkedAt, behindSince)
        (self.serials, self.findings) = (serials, findings)
    }
}

extension Page {
    private static let findingsShown = 20
    private static let serialsShown = 50

    /// The mirrors; nil if there are none to be known of.
    public static func mirrors(_ mirrors: [MirrorView]?) -> Page {
        let values: [String: Any] = [
            "mirrors": (mirrors ?? []).map(mirror), "hasMirrors": mirrors?.isEmpty == false,
        ]
        return Page(.mirrors, title: "Mirrors", section: .mirrors, values)
    }

    private static func mirror(_ mirror: MirrorView) -> [String: Any] {
        var values = StateBadge.values(mirror.state ?? "not looked at yet")
        values["mirror"] = mirror.name
        values["checked"] = Words.time(mirror.checkedAt)
        values["behind"] = mirror.behindSince.map { Words.span(elapsed(since: $0)) }
        values["serials"] = mirror.serials.sorted { $0.key < $1.key }.prefix(serialsShown).map {
            ["folder": $0.key, "serial": "\($0.value)"]
        }
        values["hasFindings"] = !mirror.findings.isEmpty
        values["findings"] = Array(mirror.findings.prefix(findingsShown))
        return values
    }

    private static func elapsed(since start: UInt64) -> UInt64 {
        let now = SystemClock.realtimeSeconds()
        return start < now ? now - start : 0
    }
}
