/// Why the service cannot start.
public enum SchedulerServiceError: Error, Hashable, Sendable {
    /// A setting does not hold what it must; `origin` is the file, or `environment` or `command line`.
    case malformed(origin: String, field: String, expected: String)
    /// There is no such setting.
    case unknown(origin: String, key: String, nearest: String)
    /// A file cannot be read.
    case unreadable(file: String, reason: String)
}

extension SchedulerServiceError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let origin, let field, let expected): "\(origin): \(field): expected \(expected)"
        case .unknown(let origin, let key, let nearest):
            "\(origin): \(key): there is no such setting; the nearest one is \(nearest)"
        case .unreadable(let file, let reason): "\(file): \(reason)"
        }
    }
}
