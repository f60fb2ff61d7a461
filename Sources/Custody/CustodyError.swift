public import Descriptors

/// Why records of custody cannot be read, written or looked at; what is wrong with them is a finding of the chain.
public enum CustodyError: Error, Hashable, Sendable {
    /// The system refused a file operation.
    case system(DescriptorError)
    /// A file is not there, or not what it must be for there to be anything to verify.
    case malformed(file: String, expected: String)
    /// No second verifier could be started.
    case verifier(reason: String)
}

extension CustodyError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .malformed(let file, let expected): "\(file): expected \(expected)"
        case .verifier(let reason): reason
        }
    }
}
