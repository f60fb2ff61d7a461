public import Attestation

/// Why text is not a token.
public enum BuilderTokenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text does not have its form.
    case malformed(field: String, expected: String)
    /// The data in it does not have its form.
    case malformedData(AttestationError)

    /// One clause that names the field and what was expected there.
    public var description: String {
        switch self {
        case .malformed(let field, let expected): "\(field): expected \(expected)"
        case .malformedData(let error): "token: \(error)"
        }
    }
}
