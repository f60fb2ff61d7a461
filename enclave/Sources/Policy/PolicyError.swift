public import Attestation

/// Why bytes are not a policy at all; a policy that is merely unwise has `unsoundness` instead.
public enum PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text or one of its fields is malformed.
    case malformed(AttestationError)

    /// One clause that names the place and what was expected there.
    public var description: String {
        switch self {
        case .malformed(let error): "policy: \(error)"
        }
    }
}
