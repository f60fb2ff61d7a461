public import ALPMTypes
public import OpenPGPFormat
public import Policy
public import Refusals

/// A repository key that the next policy does not name any more, and the key that signs the repository from then on (H17).
public struct KeyRetirement: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The key that leaves, with which clients will verify nothing any more.
    public let key: Fingerprint
    /// The key that the next policy names for the repository.
    public let successor: Fingerprint

    /// Why the key may not leave yet: packages, or databases, of the repository have no signature by its successor; nil if
    /// all have.
    public func refusal(packages: UInt64, databases: UInt64) -> Refusal? {
        guard packages + databases > 0 else { return nil }
        let lacking = packages > 0 ? "\(packages) packages" : "\(databases) databases"
        return .policyUnsound(
            reason: "the key \(key) leaves while \(lacking) of \(repository) have no signature by \(successor)")
    }
}

extension SigningPolicy {
    /// The keys that leave with the next policy, for each repository that the next policy has.
    public func retirements(in next: SigningPolicy) -> [KeyRetirement] {
        let leaving = Set(enclave.repositoryKeys.map(\.fingerprint))
            .subtracting(next.enclave.repositoryKeys.map(\.fingerprint)).sorted()
        return next.repositories.flatMap { repository in
            leaving.map { KeyRetirement(repository: repository.name, key: $0, successor: repository.key) }
        }
    }
}
