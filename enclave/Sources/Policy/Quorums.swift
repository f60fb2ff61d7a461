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
    /// The next policy, where those who approve policies are lost.
    case recovery

    /// The kind of statement that it counts.
    var statement: String { self == .recovery ? Self.policy.rawValue : rawValue }

    fileprivate func counts(_ statement: Statement) -> Bool {
        switch (self, statement) {
        case (.policy, .policyApproval), (.recovery, .policyApproval), (.import, .repositoryImport),
            (.override, .versionOverride),
            (.revocation, .revocation), (.clock, .clockConfirmation), (.head, .headConfirmation):
            true
        default: false
        }
    }
}

extension SigningPolicy {
    /// What the evidence is worth for taking a package out of a repository.
    ///
    /// Every statement must have passed `refusal(for:distribution:now:)` before, and every move must be whole. Evidence
    /// for another repository never counts, whatever is promoted from where.
    public func verdict(
        removing wanted: PackageArtefact, from name: RepositoryName, architecture: Architecture,
        evidence: [VerifiedStatement]
    ) -> EvidenceVerdict {
        guard let repository = repository(name), repository.architectures.contains(architecture) else {
            return EvidenceVerdict(refusals: [.unknownRepository], counts: [])
        }
        let matching = evidence.filter { $0.statement.packagesLeaving(name, architecture).contains(wanted) }
        return verdict(repository.removal, kind: "removal", matching)
    }

    /// Whether somebody who holds the repository's urgent role wants a package out of it.
    public func isUrgent(
        removing wanted: PackageArtefact, from name: RepositoryName, architecture: Architecture,
        evidence: [VerifiedStatement]
    ) -> Bool {
        guard let role = repository(name)?.rate.urgentRole else { return false }
        return evidence.contains {
            $0.statement.packagesLeaving(name, architecture).contains(wanted) && countedPerson($0, role: role) != nil
        }
    }

    /// What the evidence is worth for admitting a version that is not above every version that its name had (H9).
    public func verdict(
        overridingFor wanted: PackageArtefact, in name: RepositoryName, architecture: Architecture,
        evidence: [VerifiedStatement]
    ) -> EvidenceVerdict {
        verdict(
            quorum: .override,
            over: evidence.filter { verified in
                guard case .versionOverride(let statement) = verified.statement else { return false }
                return statement.repository == name && statement.architecture == architecture
                    && statement.packages.contains(wanted)
            })
    }

    /// What the evidence is worth for beginning a repository with these entries.
    public func verdict(importing claim: ImportClaim, evidence: [VerifiedStatement]) -> EvidenceVerdict {
        guard let repository = repository(claim.repository), repository.architectures.contains(claim.architecture)
        else { return EvidenceVerdict(refusals: [.unknownRepository], counts: []) }
        let matching = evidence.filter { verified in
            guard case .repositoryImport(let approval) = verified.statement else { return false }
            return approval.repository == claim.repository && approval.architecture == claim.architecture
                && approval.entries == claim.entries && approval.entrySet == claim.entrySet
        }
        return verdict(quorum: .import, over: matching)
    }

    /// Why another policy cannot follow this one, whoever approves it; empty if it can.
    ///
    /// The other must have the next version, name this one, be sound, and belong to the same log of the same enclave.
    public func refusals(succeededBy next: SigningPolicy) -> [Refusal] {
        guard version < .max, next.version == version + 1, next.previous == digest, next.distribution == distribution
        else { return [.policyVersionNotNext] }
        if let reason = next.unsoundness.first { return [.policyUnsound(reason: reason)] }
        guard next.enclave.epoch == enclave.epoch, next.enclave.logOrigin == enclave.logOrigin,
            next.enclave.logKey == enclave.logKey
        else {
            return [.policyUnsound(reason: "the enclave's epoch, log origin and log key stay while its log goes on")]
        }
        return []
    }

    /// What this policy's own quorum lacks to approve a policy, itself or the next; empty if nothing.
    ///
    /// The next policy needs the quorums of both, each over evidence that was verified with its own keys; in a recovery it is
    /// the recovery quorum of the one in force, and all of them must have said that it is for a recovery.
    public func refusals(
        approving policy: SigningPolicy, by quorum: QuorumKind = .policy, inRecovery isRecovery: Bool = false,
        evidence: [VerifiedStatement]
    ) -> [Refusal] {
        refusals(quorum: quorum, over: evidence.filter { $0.approves(policy, inRecovery: isRecovery) })
    }

    /// Counts the people behind statements that the caller found to be about one and the same thing.
    ///
    /// The recovery quorum confirms time and head too, or a start could keep it from replacing those who are lost (H19).
    public func refusals(quorum: QuorumKind, over statements: [VerifiedStatement]) -> [Refusal] {
        let verdict = verdict(quorum: quorum, over: statements)
        guard quorum == .head || quorum == .clock, !verdict.refusals.isEmpty else { return verdict.refusals }
        let confirmations = statements.filter { quorum.counts($0.statement) }
        let isRecovering = self.verdict(recoveryQuorum, kind: quorum.statement, confirmations).refusals.isEmpty
        return isRecovering ? [] : verdict.refusals
    }

    private func verdict(quorum kind: QuorumKind, over statements: [VerifiedStatement]) -> EvidenceVerdict {
        let verdict = verdict(
            quorum(of: kind), kind: kind.statement, statements.filter { kind.counts($0.statement) })
        guard kind == .policy, !verdict.refusals.isEmpty else { return verdict }
        return EvidenceVerdict(refusals: [.policyQuorumNotMet], counts: verdict.counts)
    }

    private func quorum(of kind: QuorumKind) -> Quorum {
        switch kind {
        case .policy, .head: policyQuorum
        case .import: importQuorum
        case .override: overrideQuorum
        case .revocation: revocationQuorum
        case .clock: clockQuorum
        case .recovery: recoveryQuorum
        }
    }

    private func verdict(_ quorum: Quorum, kind: String, _ evidence: [VerifiedStatement]) -> EvidenceVerdict {
        let people = Set(evidence.compactMap { countedPerson($0, role: quorum.role) })
        let count = EvidenceCount(kind: kind, of: quorum, have: people.count)
        guard let shortfall = count.shortfall else { return EvidenceVerdict(refusals: [], counts: [count]) }
        let anyRole = Set(evidence.compactMap { countedPerson($0, role: nil) })
        return EvidenceVerdict(
            refusals: anyRole.count < quorum.threshold ? [shortfall] : [shortfall, .roleNotHeld], counts: [count])
    }
}

extension VerifiedStatement {
    /// Whether somebody approves exactly this policy, and for this purpose.
    public func approves(_ policy: SigningPolicy, inRecovery isRecovery: Bool) -> Bool {
        guard case .policyApproval(let approval) = statement else { return false }
        return approval.version == policy.version && approval.policy == policy.digest
            && approval.isForRecovery == isRecovery
    }
}
