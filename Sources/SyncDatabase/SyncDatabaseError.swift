/// Why a sync database cannot be read or made.
public enum SyncDatabaseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A field does not have the form it must have.
    case malformed(field: String, expected: String)
    /// The file is no archive that can be read to its end.
    case unreadable(file: String, reason: String)

    /// One clause for people, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field) is not \(expected)"
        case .unreadable(let file, let reason): "\(file): not a readable database: \(reason)"
        }
    }
}
