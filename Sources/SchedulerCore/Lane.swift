/// How urgent a change is: of what is ready, the more urgent lane is asked for first.
public enum Lane: Int, Comparable, CaseIterable, Sendable {
    /// Somebody with the role that the policy names for urgent changes approved it.
    case security
    /// Everything else.
    case normal
    /// A large rebuild, which others should not have to wait for.
    case bulk

    /// How many changes that belong together make a large rebuild.
    private static let bulkCount = 50

    /// The lane of changes that belong together.
    public init(isUrgent: Bool, count: Int) {
        self = isUrgent ? .security : count >= Self.bulkCount ? .bulk : .normal
    }

    /// Whether the first is more urgent.
    public static func < (a: Lane, b: Lane) -> Bool { a.rawValue < b.rawValue }
}
