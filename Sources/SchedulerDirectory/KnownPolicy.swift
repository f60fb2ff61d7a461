import Policy
import Synchronization

/// The policy that was parsed last, so that bytes which stay the same are parsed once.
final class KnownPolicy: Sendable {
    private let last = Mutex<(bytes: [UInt8], policy: SigningPolicy)?>(nil)

    /// The policy that these bytes are.
    func policy(of untrustedBytes: [UInt8]) throws(PolicyError) -> SigningPolicy {
        if let known = last.withLock({ $0 }), known.bytes == untrustedBytes { return known.policy }
        let policy = try SigningPolicy(parsing: untrustedBytes)
        last.withLock { $0 = (untrustedBytes, policy) }
        return policy
    }
}
