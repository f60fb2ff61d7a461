/// Why bytes are not a statement, an envelope or the document that they should be.
public enum AttestationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text breaks the grammar at a byte offset.
    case malformedJSON(offset: Int, expected: String)
    /// A field does not have the form it must have; `path` is such as `predicate.packages[2].sha256`.
    case malformedField(path: String, expected: String)
    /// The bytes are more than the limit allows.
    case tooLarge(field: String, limit: Int)

    /// One clause that names the place and what was expected there, without any content.
    public var description: String {
        switch self {
        case .malformedJSON(let offset, let expected): "byte \(offset): expected \(expected)"
        case .malformedField(let path, let expected): "\(path): expected \(expected)"
        case .tooLarge(let field, let limit): "\(field): expected at most \(limit) bytes"
        }
    }
}
