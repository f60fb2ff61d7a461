import ALPMTypes
import Attestation
import Cryptography
import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// Invariant 5: each addition and each removal meets the policy in force, by distinct people; and H5: what was built
    /// together comes together.
    func evidenceRefusals(of change: ReviewedChange) -> [Refusal] {
        change.additions.flatMap { package in
            let admission = policy.admission(
                of: AdmissionClaim(package), into: change.target.repository.name,
                evidence: evidence.usable.filter { !isVoid($0, for: package, in: change) })
            return evidence.explaining(admission.refusals)
                + siblingRefusals(of: admission.together, in: change)
        } + change.removals.flatMap { removalRefusals(of: $0, in: change) }
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

    private func removalRefusals(of entry: RepositoryEntry, in change: ReviewedChange) -> [Refusal] {
        let removal = PackageArtefact(
            name: entry.name, version: entry.description.version, sha256: entry.description.sha256)
        let statements = evidence.usable.filter { !memory.consumedStatements.contains($0.digest) }
        let shortfall = policy.refusals(
            removing: removal, from: change.target.repository.name, architecture: change.location.architecture,
            evidence: statements)
        guard !shortfall.isEmpty else { return [] }
        let usedBefore: [Refusal] = statements.count < evidence.usable.count ? [.statementConsumed] : []
        return evidence.explaining(usedBefore + shortfall)
    }

    /// H2: the removal statements that this change uses up.
    func consumedStatements(of change: ReviewedChange) -> [SHA256Digest] {
        guard !change.removals.isEmpty else { return [] }
        return evidence.usable.filter { verified in
            !memory.consumedStatements.contains(verified.digest)
                && change.removals.contains { verified.statement.removes($0, at: change.location) }
        }.map(\.digest)
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
