public import ALPMTypes
public import Attestation
public import Cryptography
public import Refusals

/// The entries with which a repository is to begin, as the enclave computed them.
public struct ImportClaim: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The database's architecture.
    public let architecture: Architecture
    /// How many entries the set has.
    public let entries: UInt64
    /// The digest of the whole set.
    public let entrySet: SHA256Digest

    /// Puts the parts together.
    public init(repository: RepositoryName, architecture: Architecture, entries: UInt64, entrySet: SHA256Digest) {
        self.repository = repository
        self.architecture = architecture
        self.entries = entries
        self.entrySet = entrySet
    }
}

/// What only a quorum decides; the raw value is the kind of statement in a refusal.
public enum QuorumKind: String, Sendable {
    /// The next policy.
    case policy = "policyApproval"
    /// The contents with which a repository begins.
    case `import` = "repositoryImport"
    /// A version that is not above every earlier one.
    case override = "versionOverride"
    /// That contents are never admitted again.
    case revocation
    /// What time it is.
    case clock = "clockConfirmation"
    /// The head of the log; it is for those who approve policies.
    case head = "headConfirmation"

    fileprivate func counts(_ statement: Statement) -> Bool {
        switch (self, statement) {
        case (.policy, .policyApproval), (.import, .repositoryImport), (.override, .versionOverride),
            (.revocation, .revocation), (.clock, .clockConfirmation), (.head, .headConfirmation):
            true
        default: false
        }
    }
}

extension SigningPolicy {
    /// What is missing before a package may leave a repository; empty if nothing is.
    ///
    /// Every statement must have passed `refusal(for:distribution:now:)` before. Evidence for another repository never
    /// counts, whatever is promoted from where.
    public func refusals(
        removing wanted: PackageArtefact, from name: RepositoryName, architecture: Architecture,
        evidence: [VerifiedStatement]
    ) -> [Refusal] {
        guard let repository = repository(name), repository.architectures.contains(architecture) else {
            return [.unknownRepository]
        }
        let matching = evidence.filter { verified in
            guard case .removal(let removal) = verified.statement else { return false }
            return removal.repository == name && removal.architecture == architecture
                && removal.packages.contains(wanted)
        }
        return shortfalls(repository.removal, kind: "removal", matching)
    }

    /// What is missing before a repository may begin with these entries; empty if nothing is.
    public func refusals(importing claim: ImportClaim, evidence: [VerifiedStatement]) -> [Refusal] {
        guard let repository = repository(claim.repository), repository.architectures.contains(claim.architecture)
        else { return [.unknownRepository] }
        let matching = evidence.filter { verified in
            guard case .repositoryImport(let approval) = verified.statement else { return false }
            return approval.repository == claim.repository && approval.architecture == claim.architecture
                && approval.entries == claim.entries && approval.entrySet == claim.entrySet
        }
        return refusals(quorum: .import, over: matching)
    }

    /// What is missing before another policy may follow this one; empty if nothing is.
    ///
    /// The other must be sound, name this one and have the quorums of both, each counted wholly under its own people.
    public func refusals(succeededBy next: SigningPolicy, evidence: [VerifiedStatement]) -> [Refusal] {
        guard version < .max, next.version == version + 1, next.previous == digest, next.distribution == distribution
        else { return [.policyVersionNotNext] }
        if let reason = next.unsoundness.first { return [.policyUnsound(reason: reason)] }
        let refusals = refusals(approving: next, evidence: evidence)
        return refusals.isEmpty ? next.refusals(approving: next, evidence: evidence) : refusals
    }

    /// What this policy's own quorum lacks to approve a policy, itself or the next; empty if nothing.
    public func refusals(approving policy: SigningPolicy, evidence: [VerifiedStatement]) -> [Refusal] {
        let matching = evidence.filter { verified in
            guard case .policyApproval(let approval) = verified.statement else { return false }
            return approval.version == policy.version && approval.policy == policy.digest
        }
        return refusals(quorum: .policy, over: matching)
    }

    /// Counts the people behind statements that the caller found to be about one and the same thing.
    public func refusals(quorum: QuorumKind, over statements: [VerifiedStatement]) -> [Refusal] {
        let lacking = shortfalls(
            self.quorum(of: quorum), kind: quorum.rawValue, statements.filter { quorum.counts($0.statement) })
        return quorum == .policy && !lacking.isEmpty ? [.policyQuorumNotMet] : lacking
    }

    private func quorum(of kind: QuorumKind) -> Quorum {
        switch kind {
        case .policy, .head: policyQuorum
        case .import: importQuorum
        case .override: overrideQuorum
        case .revocation: revocationQuorum
        case .clock: clockQuorum
        }
    }

    private func shortfalls(_ quorum: Quorum, kind: String, _ evidence: [VerifiedStatement]) -> [Refusal] {
        let people = Set(evidence.compactMap { countedPerson($0, role: quorum.role) })
        guard let shortfall = quorum.shortfall(kind: kind, have: people.count) else { return [] }
        let anyRole = Set(evidence.compactMap { countedPerson($0, role: nil) })
        return anyRole.count < quorum.threshold ? [shortfall] : [shortfall, .roleNotHeld]
    }
}
