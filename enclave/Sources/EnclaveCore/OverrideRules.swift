public import Attestation
import Cryptography
import Policy
import Refusals
public import RepositoryDatabase
import SigningProtocol

extension JobReview {
    /// H9: a version that does not exceed those before it needs the override of a quorum, for this very content.
    ///
    /// An override lifts nothing else: one content per version, evidence and revocation stay as they are.
    func versionFinding(on package: AdmittedPackage, _ downgrade: Refusal?, in change: ReviewedChange) -> Finding {
        let subject = change.subject(package.entry)
        guard let downgrade else { return Finding(.version, on: subject, []) }
        let fresh = unconsumedEvidence
        let verdict = policy.verdict(
            overridingFor: PackageArtefact(package.entry), in: change.location.repository,
            architecture: change.location.architecture, evidence: fresh)
        guard !verdict.refusals.isEmpty else { return Finding(.version, on: subject, [], counts: verdict.counts) }
        // Who never asked for an override need not be told what one lacks.
        guard evidence.usable.contains(where: { $0.statement.overrides(package.entry, at: change.location) }) else {
            return Finding(.version, on: subject, [downgrade])
        }
        let usedBefore: [Refusal] = fresh.count < evidence.usable.count ? [.statementConsumed] : []
        return Finding(
            .version, on: subject, evidence.explaining([downgrade] + usedBefore + verdict.refusals),
            counts: verdict.counts)
    }

    /// The packages of an admissible change that only an override admits.
    func overridden(in change: ReviewedChange, among changes: [ReviewedChange]) -> [RepositoryEntry] {
        guard job.kind == .update else { return [] }
        let claims = claims(bearingOn: change, among: changes)
        return change.additions.filter { package in
            downgrade(to: package, among: claims[package.entry.name] ?? [], in: change) != nil
        }.map(\.entry)
    }

    /// The statements that no earlier job used up.
    var unconsumedEvidence: [VerifiedStatement] {
        evidence.usable.filter { !memory.consumedStatements.contains($0.digest) }
    }

    /// H2: the removals and overrides that the job uses up.
    func consumedStatements(of plans: [DatabasePlan]) -> [SHA256Digest] {
        let arrivals = plans.arrivals
        return unconsumedEvidence.filter { verified in
            plans.contains {
                verified.statement.isUsedUp(
                    byRemoving: $0.removed, overriding: $0.overridden, at: $0.location, amid: arrivals)
            }
        }.map(\.digest).sorted()
    }
}

extension PackageArtefact {
    /// What an entry is in a statement.
    public init(_ entry: RepositoryEntry) {
        self.init(name: entry.name, version: entry.description.version, sha256: entry.description.sha256)
    }
}
