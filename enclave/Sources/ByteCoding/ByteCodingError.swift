/// Why bytes are not the message that they should be.
public enum ByteCodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field does not hold what the format asks for.
    case malformed(field: String, expected: String)

    /// A field is well formed so far but goes beyond a limit of the reader's own.
    case tooLarge(field: String, limit: UInt64)

    /// One sentence that names the field, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field): expected \(expected)"
        case .tooLarge(let field, let limit): "\(field): expected at most \(limit)"
        }
    }
}
