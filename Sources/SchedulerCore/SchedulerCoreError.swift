/// Why the scheduler's pure core cannot go on; each is a fault in the caller or in the mirrored state.
public enum SchedulerCoreError: Error, Hashable, Sendable {
    /// A submission in this state cannot have this happen to it.
    case illegalTransition(from: String, event: String)
    /// A batch names something that the mirrored state or the submissions do not hold.
    case inconsistent(what: String, expected: String)
    /// A database cannot be built from the mirrored entries and the change.
    case database(reason: String)
}

extension SchedulerCoreError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .illegalTransition(let from, let event): "a submission that is \(from) cannot be \(event)"
        case .inconsistent(let what, let expected): "\(what): expected \(expected)"
        case .database(let reason): "the database cannot be built: \(reason)"
        }
    }
}
