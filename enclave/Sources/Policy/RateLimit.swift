import Attestation

/// How many changes a repository takes within a time.
public struct RateLimit: Hashable, Sendable {
    /// The most changes within the window; 0 means that there is no limit.
    public let changes: UInt64
    /// The length of the window, in seconds.
    public let seconds: UInt64
    /// How many of the changes are kept for urgent ones.
    public let reserved: UInt64
    /// The role whose holder makes a change urgent by approving it; nil if nothing is kept for such.
    public let urgentRole: String?

    static let fields = ["changes", "seconds", "reserved", "urgentRole"]
    /// A window holds this many at most, so that what the enclave remembers of it stays small.
    private static let maximumChanges: UInt64 = 100_000

    init(_ reader: FieldReader) throws(AttestationError) {
        changes = try reader.decimal("changes")
        seconds = try reader.decimal("seconds")
        reserved = try reader.decimal("reserved")
        urgentRole = try reader.text("urgentRole").isEmpty ? nil : reader.identifier("urgentRole").text
    }

    /// The reasons why the limit protects nothing or can never be met, each about the repository `name`.
    func unsoundness(of name: String, isHeld: (String) -> Bool) -> [String] {
        if changes == 0 {
            let isBare = seconds == 0 && reserved == 0 && urgentRole == nil
            return isBare ? [] : ["the rate of \(name) has no limit, but a window or a reserve"]
        }
        var reasons: [String] = []
        if changes > Self.maximumChanges {
            reasons.append("the rate of \(name) is above \(Self.maximumChanges) changes")
        }
        if !(60...31_536_000).contains(seconds) {
            reasons.append("the rate of \(name) is not over between a minute and a year")
        }
        if reserved > changes { reasons.append("the rate of \(name) reserves more than all changes") }
        if (reserved == 0) != (urgentRole == nil) {
            reasons.append("the rate of \(name) has a reserve without an urgent role, or the role without a reserve")
        }
        if let urgentRole, !isHeld(urgentRole) {
            reasons.append("the rate of \(name) names the role \(urgentRole), which nobody holds")
        }
        return reasons
    }
}
