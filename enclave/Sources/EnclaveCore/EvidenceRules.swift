import ALPMTypes
import Attestation
import Cryptography
import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// Invariant 5: each addition and each removal meets the policy in force, by distinct people; and H5: what was built
    /// together comes together.
    func evidenceFindings(on change: ReviewedChange, among changes: [ReviewedChange]) -> [Finding] {
        change.additions.flatMap { package in
            let subject = change.subject(package.entry)
            let admission = policy.admission(
                of: AdmissionClaim(package), into: change.target.repository.name,
                evidence: applicableEvidence(for: package, in: change))
            return [
                Finding(
                    .evidence, on: subject,
                    evidence.explaining(admission.refusals) + leafRefusals { $0.admits(package.entry) },
                    counts: admission.counts),
                Finding(
                    .together, on: subject,
                    siblingRefusals(of: admission.together, in: change, among: changes)
                        + companionRefusals(of: package, in: change, among: changes)),
            ]
        } + change.removals.map { removalFinding(on: $0, in: change, among: changes) }
    }

    /// A leaf names every statement that is for its change, and must not grow above what a tile takes (65,535 bytes).
    private func leafRefusals(_ isNamed: (Statement) -> Bool) -> [Refusal] {
        evidence.usable.count { isNamed($0.statement) } > 512 ? [.jobTooLarge(limit: 512)] : []
    }

    /// The statements that no removal voided for a package.
    func applicableEvidence(for package: AdmittedPackage, in change: ReviewedChange) -> [VerifiedStatement] {
        evidence.usable.filter { !isVoid($0, for: package, in: change) }
    }

    /// H2: a removal voids what was said of the same version before it, here and where the statement was made for.
    private func isVoid(_ statement: VerifiedStatement, for package: AdmittedPackage, in change: ReviewedChange) -> Bool
    {
        let repositories = [change.location.repository, statement.statement.repository]
        return memory.claims.contains { claim in
            guard let removedAt = claim.removedAt, claim.name == package.entry.name else { return false }
            return repositories.contains(claim.location.repository)
                && claim.location.architecture == change.location.architecture
                && claim.version.isEqualByVercmp(to: package.entry.description.version)
                && statement.statement.header.notBefore <= removedAt
        }
    }

    private func removalFinding(
        on entry: RepositoryEntry, in change: ReviewedChange, among changes: [ReviewedChange]
    ) -> Finding {
        let unconsumed = unconsumedEvidence
        let arrivals = changes.arrivals
        let fresh = unconsumed.filter { !$0.statement.isHalfMove(of: entry, at: change.location, amid: arrivals) }
        let verdict = policy.verdict(
            removing: PackageArtefact(entry), from: change.target.repository.name,
            architecture: change.location.architecture, evidence: fresh)
        var refusals = verdict.refusals
        if !refusals.isEmpty {
            if unconsumed.count < evidence.usable.count { refusals.insert(.statementConsumed, at: 0) }
            if fresh.count < unconsumed.count { refusals.append(.incompleteTogether(name: entry.name)) }
        }
        return Finding(
            .evidence, on: "\(change.subject(entry)), which is to go",
            evidence.explaining(refusals) + leafRefusals { $0.removes(entry, at: change.location, amid: arrivals) },
            counts: verdict.counts)
    }
}

extension AdmissionClaim {
    /// What the enclave itself computed of a package, for comparison with what people said of it.
    init(_ package: AdmittedPackage) {
        let description = package.entry.description
        self.init(
            pkgbase: description.base ?? description.name,
            identity: PackageIdentity(
                fileName: description.fileName, size: description.compressedSize, sha256: description.sha256,
                desc: package.entry.descDigest, files: package.entry.filesDigest),
            state: package.state)
    }
}
