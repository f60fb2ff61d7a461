public import ALPMTypes
import Attestation
public import Cryptography
public import EnclaveCore
public import Policy
public import Refusals
import RepositoryDatabase
public import SigningProtocol

/// What the rules say of changes that are to be one job.
public enum GroupReview: Sendable {
    /// No job can be made of them.
    case impossible([Refusal])
    /// What the enclave's own rules find.
    case explained(ExplainedDecision)
}

/// The enclave's own rules, run beforehand on the scheduler's mirror of the enclave's memory.
///
/// It says early what is missing. It has no power: what passes here is decided again by the enclave.
public struct EarlyCheck: Sendable {
    private let policy: SigningPolicy
    private let distribution: SHA256Digest
    private let mirrors: [DatabaseMirror]
    private let claims: [PackageName: [Claim]]
    private let consumed: Set<SHA256Digest>
    private let revoked: Set<SHA256Digest>
    private let now: UInt64

    /// Prepares checks as of `now`, in Unix seconds, with what is mirrored of the enclave's memory.
    public init(
        policy: SigningPolicy, distribution: SHA256Digest, mirrors: [DatabaseMirror], claims: [Claim],
        consumed: Set<SHA256Digest>, revoked: Set<SHA256Digest>, now: UInt64
    ) {
        self.policy = policy
        self.distribution = distribution
        self.mirrors = mirrors
        // A removal dated later than now was dated by a clock that was confirmed back since.
        self.claims = Dictionary(
            grouping: claims.map { claim in
                guard let removedAt = claim.removedAt, removedAt > now else { return claim }
                return Claim(
                    location: claim.location, name: claim.name, version: claim.version, content: claim.content,
                    removedAt: nil)
            }, by: \.name)
        self.consumed = consumed
        self.revoked = revoked
        self.now = now
    }

    /// What each change of a group still needs before the group can be asked for; empty lists if nothing.
    ///
    /// A change that lacks nothing itself waits, with `incompleteTogether`, for those that do. `rejectedEvidence` says why
    /// other statements about the group do not count, which is told where something is missing.
    public func missing(
        in group: Batch, packages: [SHA256Digest: SubmittedPackage], evidence: [VerifiedStatement],
        rejectedEvidence: [Refusal] = []
    ) -> [PendingChange: [Refusal]] {
        func refusals(of part: Batch) -> [Refusal] {
            self.refusals(of: part, packages: packages, evidence: evidence, rejectedEvidence: rejectedEvidence)
        }
        let names = Set(group.changes.map(\.name))
        var missing: [PendingChange: [Refusal]] = [:]
        for change in group.changes {
            // Half a move is nothing; the other half is what lacks if it is not even in the group.
            let alone = refusals(
                of: group.keeping {
                    $0 == change || ($0.name == change.name && !$0.moves.isDisjoint(with: change.moves))
                })
            missing[change] = alone.filter { refusal in
                guard case .incompleteTogether(let name) = refusal, name != change.name else { return true }
                return !names.contains(name)
            }
        }
        let lacking = group.changes.filter { missing[$0] != [] }
        if lacking.isEmpty {
            let together = refusals(of: group)
            return missing.mapValues { _ in together }
        }
        for change in group.changes where missing[change] == [] {
            missing[change] = lacking.map { .incompleteTogether(name: $0.name) }
        }
        return missing
    }

    /// The highest serial of the databases that a package is to enter, if all of them have it already.
    ///
    /// The enclave, which would be asked for nothing, refuses that. Nil if one has not just this name, version and content, and
    /// for moves, which are two changes.
    public func serial(alreadyHaving change: PendingChange) -> UInt64? {
        guard case .add(let sha256) = change.action, change.moves.isEmpty else { return nil }
        let concerned = mirrors.filter { change.locations.contains($0.location) }
        guard !concerned.isEmpty, concerned.count == change.locations.count else { return nil }
        let haveIt = concerned.allSatisfy { mirror in
            guard let present = mirror.entries[change.name]?.description else { return false }
            return present.version == change.version && present.sha256 == sha256
        }
        return haveIt ? concerned.map(\.serial).max() : nil
    }

    private func refusals(
        of group: Batch, packages: [SHA256Digest: SubmittedPackage], evidence: [VerifiedStatement],
        rejectedEvidence: [Refusal]
    ) -> [Refusal] {
        switch review(of: group, packages: packages, evidence: evidence, rejectedEvidence: rejectedEvidence) {
        case .impossible(let refusals): return refusals
        case .explained(let explained):
            guard case .refused(let refusals) = explained.decision else { return [] }
            return refusals
        }
    }

    /// The packages that come together according to evidence.
    public static func siblings(in evidence: [VerifiedStatement]) -> [PackageName] {
        evidence.flatMap { verified -> [PackageName] in
            switch verified.statement {
            case .buildRecord(let record): record.packages.map(\.identity.name)
            case .packageApproval(let approval): approval.together ? approval.packages.map(\.name) : []
            default: []
            }
        }
    }

    /// What the rules say of a group asked for as one job.
    public func review(
        of group: Batch, packages: [SHA256Digest: SubmittedPackage], evidence: [VerifiedStatement],
        rejectedEvidence: [Refusal]
    ) -> GroupReview {
        let siblings = Self.siblings(in: evidence)
        let names = Set(group.changes.map(\.name) + siblings)
        guard !group.locations.isEmpty, group.changes.allSatisfy({ policy.repository($0.repository) != nil }) else {
            return .impossible([.unknownRepository])
        }
        let thin = group.locations.map { excerpt($0, names: names) }
        if let absent = group.changes.first(where: { change in
            change.action == .remove
                && thin.contains { change.locations.contains($0.location) && $0.entries[change.name] == nil }
        }) {
            return .impossible([.notInRepository(name: absent.name)])
        }
        do throws(SchedulerCoreError) {
            let job = try Job.update(group, packages: packages, mirrors: thin, evidence: [])
            let review = JobReview(
                of: job, under: policy, remembering: memory(of: thin, names: names, for: job, siblings),
                evidence: evidence, rejectedEvidence: rejectedEvidence, now: now)
            return .explained(review.explainedDecision())
        } catch {
            return .impossible([.entryInvalid(field: "\(error)")])
        }
    }

    /// What the rules say of a job that was made before, on top of what is mirrored now.
    public func review(
        of job: Job, evidence: [VerifiedStatement], rejectedEvidence: [Refusal]
    ) -> ExplainedDecision {
        let locations = job.changes.map(\.location)
        let concerned = mirrors.filter { locations.contains($0.location) }
        let added = job.changes.flatMap(\.additions).compactMap { try? $0.entry().name }
        let names = Set(added + job.changes.flatMap(\.removals))
        let siblings = evidence.flatMap(\.statement.packageNames)
        return JobReview(
            of: job, under: policy, remembering: memory(of: concerned, names: names, for: job, siblings),
            evidence: evidence, rejectedEvidence: rejectedEvidence, now: now
        ).explainedDecision()
    }

    /// The part of a database that the rules on these names look at, so that a check costs as much as its change.
    private func excerpt(_ location: DatabaseLocation, names: Set<PackageName>) -> DatabaseMirror {
        let mirror = mirrors.first { $0.location == location }
        var entries = EntrySet()
        for entry in names.compactMap({ mirror?.entries[$0] }) { entries.replace(with: entry) }
        return DatabaseMirror(
            repository: location.repository, architecture: location.architecture, serial: mirror?.serial ?? 0,
            entries: entries)
    }

    private func memory(
        of mirrors: [DatabaseMirror], names: Set<PackageName>, for job: Job, _ siblings: [PackageName]
    ) -> Memory {
        let databases = mirrors.map {
            (
                $0.location,
                RepositoryMemory(serial: $0.serial, entries: $0.entries, signedAt: 0, signed: $0.content)
            )
        }
        return Memory(
            distribution: distribution, databases: Dictionary(databases) { first, _ in first },
            claims: names.flatMap { claims[$0, default: []] }, consumedStatements: consumed, packageSignatures: [:],
            revoked: revoked, present: present(for: job, siblings))
    }

    /// What is mirrored of all that the rules look for in databases which the job need not name.
    private func present(for job: Job, _ siblings: [PackageName]) -> [PresentPackage] {
        var lookups: Set<PresenceLookup> = []
        for change in job.changes {
            for entry in change.additions.compactMap({ try? $0.entry() }) {
                lookups.formUnion(
                    PresenceLookup.all(
                        for: entry.description,
                        at: change.location, siblings: siblings, under: policy))
            }
        }
        return lookups.flatMap { lookup in mirrors.flatMap { $0.present(lookup) } }
    }
}

extension DatabaseMirror {
    fileprivate func present(_ lookup: PresenceLookup) -> [PresentPackage] {
        switch lookup {
        case .name(let name, let wanted):
            guard architecture == wanted, let entry = entries[name] else { return [] }
            return [PresentPackage(entry, at: location)]
        case .build(let base, let version, let wanted):
            guard location == wanted else { return [] }
            // Looking at an entry's contents costs a hash, so most are left out before.
            return orderedEntries.filter { $0.description.version == version }
                .map { PresentPackage($0, at: location) }.filter { $0.base == base }
        }
    }
}
