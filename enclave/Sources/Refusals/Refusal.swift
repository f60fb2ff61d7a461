public import ALPMTypes
public import Cryptography

/// Why the enclave, or a program that decides as it does, says no.
///
/// A refusal is an answer to well-formed input. It crosses the link as its code and its arguments, and both are stable.
public enum Refusal: Hashable, Sendable {
    /// Fewer distinct people (for build records: operators) in a role stated what is needed.
    case notEnoughApprovals(kind: String, role: String, have: UInt64, need: UInt64)
    /// This name and version exists already with the given, different content.
    case alreadySigned(PackageClass, sha256: SHA256Digest)
    /// A version that is not above every version that the name ever had.
    case downgrade(PackageClass, highest: Version)
    /// The change builds on another serial than the current one.
    case staleSerial(current: UInt64)
    /// The caller expected another database than the enclave computed.
    case databaseMismatch(expected: SHA256Digest, computed: SHA256Digest)
    /// A statement's window is over.
    case evidenceExpired
    /// A statement's window has not begun.
    case evidenceNotYetValid
    /// A statement for another distribution, or under a policy that no longer counts.
    case evidenceForAnotherPolicy
    /// The policy has no such repository, or the repository no such architecture.
    case unknownRepository
    /// The policy has no such signer, or the signer no such key.
    case unknownSigner
    /// The policy revoked the signer's key.
    case signerRevoked
    /// Enough people stated it, but not in the role that is asked for.
    case roleNotHeld
    /// The package is not in the repository as stated.
    case notInRepository(name: PackageName)
    /// Too much was asked in a short time; the argument counts seconds.
    case rateLimited(retryAfter: UInt64)
    /// The job is larger than the policy allows.
    case jobTooLarge(limit: UInt64)
    /// The request's time window is over or has not begun.
    case requestExpired
    /// The clock cannot be trusted until sysops confirm it.
    case clockSuspect
    /// A statement's signature does not verify with the keys that the policy gives its signer.
    case signatureInvalid
    /// The request names another log, another epoch or another scheduler than this enclave's.
    case requestForAnotherEnclave
    /// The policy in force is past its time; it admits only refreshes and its successor.
    case policyExpired
    /// Too few sysops approved a policy.
    case policyQuorumNotMet
    /// The policy does not follow the one in force.
    case policyVersionNotNext
    /// A key that the job needs is not loaded.
    case keyUnavailable
    /// What is asked for is held back.
    case quarantined
    /// The artefact was revoked.
    case revoked
    /// The database would be larger than clients accept.
    case databaseTooLarge(limit: UInt64)
    /// A field of an entry is not what the rules or the evidence say.
    case entryInvalid(field: String)
    /// The policy could not do what a policy is for.
    case policyUnsound(reason: String)
    /// The signature is too young to be refreshed.
    case refreshTooEarly
    /// A statement that counts once was used before.
    case statementConsumed
    /// The package was built together with others that are neither in the job nor present.
    case incompleteTogether(name: PackageName)
    /// The enclave decides nothing until what the reason names is mended: `restart`, `checkpoint`, `disk`, `selfTest` or
    /// `ledger`.
    case enclaveLocked(reason: String)
}
