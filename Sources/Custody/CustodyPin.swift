public import Cryptography
public import Policy
public import TransparencyLog

/// What somebody trusts who verifies a chain; everything else follows from the records.
public enum CustodyPin: Hashable, Sendable {
    /// The key of the log.
    case log(NoteKey)
    /// The digest of the distribution's first policy.
    case distribution(SHA256Digest)
    /// A policy of the distribution, which names the key of the log.
    case policy(SigningPolicy)
}
