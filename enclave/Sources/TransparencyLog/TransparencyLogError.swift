/// Why bytes are not a checkpoint, a note, a key, a proof or a range.
public enum TransparencyLogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field does not have the form it must have.
    case malformed(field: String, expected: String)

    /// One clause that names the field, without any content.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field): expected \(expected)"
        }
    }
}
