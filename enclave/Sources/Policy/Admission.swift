public import ALPMTypes
public import Attestation
public import Cryptography
public import Refusals

/// A package that someone wants in a repository, as the enclave itself computed it from the entries and the state.
public struct AdmissionClaim: Hashable, Sendable {
    /// The base from which the package was built.
    public let pkgbase: PackageName
    /// The package, its file and its entries.
    public let identity: PackageIdentity
    /// The SHA-256 state after the package, if the package is to be signed.
    public let state: SHA256State?

    /// Puts the parts together.
    public init(pkgbase: PackageName, identity: PackageIdentity, state: SHA256State?) {
        self.pkgbase = pkgbase
        self.identity = identity
        self.state = state
    }
}

/// What the evidence says of a claim.
public struct Admission: Hashable, Sendable {
    /// What is missing under the alternative that lacks least; empty if the claim is admitted.
    public let refusals: [Refusal]
    /// How many count toward each requirement of that alternative.
    public let counts: [EvidenceCount]
    /// The build records that support the claim under that alternative, each of an operator that counts.
    public let buildRecords: [BuildRecord]
    /// The other packages that must come with this one: those that a sufficient part of the evidence names as well.
    public let together: [PackageIdentity]

    static func refused(_ refusal: Refusal) -> Admission {
        Admission(refusals: [refusal], counts: [], buildRecords: [], together: [])
    }
}

extension SigningPolicy {
    /// What is missing before a package may enter a repository; empty if nothing is.
    ///
    /// Every statement must have passed `refusal(for:distribution:now:)` before.
    public func refusals(
        admitting claim: AdmissionClaim, into repository: RepositoryName, evidence: [VerifiedStatement]
    ) -> [Refusal] {
        admission(of: claim, into: repository, evidence: evidence).refusals
    }

    /// The same, with the build records that count.
    public func admission(
        of claim: AdmissionClaim, into name: RepositoryName, evidence: [VerifiedStatement]
    ) -> Admission {
        guard let repository = repository(name) else {
            return .refused(.unknownRepository)
        }
        let sources = sources(of: claim, for: repository)
        let relevant = evidence.filter { claim.isSupported(by: $0.statement, in: sources) }
        var best: (missing: Int, counts: [Int], alternative: [Requirement], agreed: [VerifiedStatement])?
        for alternative in repository.admission where !alternative.isEmpty {
            for manifest in Self.manifests(relevant) {
                let agreed = relevant.filter { $0.statement.isAbout(manifest: manifest) }
                let tally = tally(alternative, agreed)
                let counts = tally.counts()
                let missing = tally.missing(counts)
                guard best.map({ missing < $0.missing }) ?? true else { continue }
                best = (missing, counts, alternative, agreed)
            }
        }
        // No usable alternative admits nothing; soundness refuses such a policy long before.
        guard let best else { return .refused(.policyUnsound(reason: "nothing is ever admitted to \(name)")) }
        let roles = best.alternative.filter { $0.kind == .buildRecord }.map(\.quorum.role)
        let records = best.agreed.filter { record in roles.contains { countedOperator(record, role: $0) != nil } }
        let counts = zip(best.alternative, best.counts).map { requirement, count in
            EvidenceCount(kind: requirement.kind.rawValue, of: requirement.quorum, have: count)
        }
        return Admission(
            refusals: shortfalls(best.alternative, counts, best.agreed), counts: counts,
            buildRecords: records.compactMap(\.buildRecord),
            together: siblings(of: claim, under: best.alternative, best.agreed))
    }

    /// The other packages that must come as well: those for which the alternative is met by those build records alone
    /// that name them, or by those package approvals alone that want them together.
    ///
    /// One operator's or one person's invention is thus demanded of nobody else, where the alternative asks for two.
    private func siblings(
        of claim: AdmissionClaim, under alternative: [Requirement], _ evidence: [VerifiedStatement]
    ) -> [PackageIdentity] {
        var siblings = Set<PackageIdentity>()
        for kind in [EvidenceKind.buildRecord, .packageApproval] where alternative.contains(where: { $0.kind == kind })
        {
            let speaking = evidence.filter { $0.statement.kind == kind }
            let others = evidence.filter { $0.statement.kind != kind }
            var naming: [PackageIdentity: Set<SHA256Digest>] = [:]
            for verified in speaking {
                for package in verified.statement.together where package != claim.identity {
                    naming[package, default: []].insert(verified.digest)
                }
            }
            // Most builders name the same siblings, so that few sets of statements are judged.
            var verdicts: [Set<SHA256Digest>: Bool] = [:]
            for named in Set(naming.values) {
                let tally = tally(alternative, others + speaking.filter { named.contains($0.digest) })
                verdicts[named] = tally.missing(tally.counts()) == 0
            }
            siblings.formUnion(naming.filter { verdicts[$0.value] ?? false }.keys)
        }
        return siblings.sorted { $0.fileName.text.utf8.lexicographicallyPrecedes($1.fileName.text.utf8) }
    }

    /// Whether somebody who holds the repository's urgent role is for admitting a package.
    public func isUrgent(
        admitting claim: AdmissionClaim, into name: RepositoryName, evidence: [VerifiedStatement]
    ) -> Bool {
        guard let repository = repository(name), let role = repository.rate.urgentRole else { return false }
        let sources = sources(of: claim, for: repository)
        return evidence.contains {
            claim.isSupported(by: $0.statement, in: sources) && countedPerson($0, role: role) != nil
        }
    }

    /// The repositories whose evidence counts for a package: debug symbols come with what they are of.
    private func sources(of claim: AdmissionClaim, for repository: RepositoryPolicy) -> Set<RepositoryName> {
        let main = claim.identity.name.isDebug ? self.repository(withCompanion: repository.name)?.name : nil
        return Set([repository.name] + repository.promotesFrom + [main].compactMap(\.self))
    }

    /// The source manifests that are spoken of, in an order of their own; nil stands for none.
    private static func manifests(_ evidence: [VerifiedStatement]) -> [SHA256Digest?] {
        let manifests = Set(evidence.compactMap(\.statement.sourceManifest)).sorted()
        return manifests.isEmpty ? [nil] : manifests
    }

    private func tally(
        _ requirements: [Requirement], _ evidence: [VerifiedStatement], ignoringRoles: Bool = false
    ) -> Tally {
        let supporters = requirements.map { requirement in
            let role = ignoringRoles ? nil : requirement.quorum.role
            return Set(
                evidence.filter { $0.statement.kind == requirement.kind }.compactMap { statement in
                    requirement.kind == .buildRecord
                        ? countedOperator(statement, role: role) : countedPerson(statement, role: role)
                })
        }
        return Tally(requirements: requirements, supporters: supporters)
    }

    private func shortfalls(
        _ requirements: [Requirement], _ counts: [EvidenceCount], _ evidence: [VerifiedStatement]
    ) -> [Refusal] {
        var refusals = counts.compactMap(\.shortfall)
        let anyRole = tally(requirements, evidence, ignoringRoles: true)
        if !refusals.isEmpty, anyRole.missing(anyRole.counts()) == 0 { refusals.append(.roleNotHeld) }
        return refusals
    }
}

extension AdmissionClaim {
    /// Whether a statement is for this claim in all that it says, its signer aside.
    fileprivate func isSupported(by statement: Statement, in sources: Set<RepositoryName>) -> Bool {
        switch statement {
        case .sourceApproval(let approval):
            sources.contains(approval.repository) && approval.pkgbase == pkgbase
                && approval.version == identity.version
                && approval.packages.contains {
                    $0.name == identity.name && $0.architecture == identity.architecture
                }
        case .packageApproval(let approval):
            sources.contains(approval.repository) && approval.packages.contains(identity)
        case .buildRecord(let record):
            sources.contains(record.repository) && record.pkgbase == pkgbase
                && record.version == identity.version
                && record.packages.contains { $0.identity == identity && (state == nil || $0.state == state) }
        case .removal, .move, .repositoryImport, .policyApproval, .versionOverride, .revocation, .clockConfirmation,
            .headConfirmation:
            false
        }
    }
}

extension Statement {
    fileprivate var kind: EvidenceKind? {
        switch self {
        case .sourceApproval: .sourceApproval
        case .buildRecord: .buildRecord
        case .packageApproval: .packageApproval
        case .removal, .move, .repositoryImport, .policyApproval, .versionOverride, .revocation, .clockConfirmation,
            .headConfirmation:
            nil
        }
    }

    /// The packages that the statement wants to enter all at once.
    fileprivate var together: [PackageIdentity] {
        switch self {
        case .buildRecord(let record): record.packages.map(\.identity)
        case .packageApproval(let approval): approval.together ? approval.packages : []
        default: []
        }
    }

    fileprivate var sourceManifest: SHA256Digest? {
        switch self {
        case .sourceApproval(let approval): approval.sourceManifest
        case .buildRecord(let record): record.sourceManifest
        default: nil
        }
    }

    /// Whether the statement agrees with a source manifest, or speaks of none.
    fileprivate func isAbout(manifest: SHA256Digest?) -> Bool { sourceManifest == nil || sourceManifest == manifest }
}

extension VerifiedStatement {
    fileprivate var buildRecord: BuildRecord? {
        guard case .buildRecord(let record) = statement else { return nil }
        return record
    }
}
