public import ALPMTypes
public import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

extension JobReview {
    /// Invariants 2 and 3: one content per version for ever, and versions only rise (H6, H7, H8, H9).
    func identityFindings(on change: ReviewedChange, among changes: [ReviewedChange]) -> [Finding] {
        let claims = claims(bearingOn: change, among: changes)
        return change.additions.flatMap { package -> [Finding] in
            let claims = claims[package.entry.name] ?? []
            let subject = change.subject(package.entry)
            // H6: what was revoked comes in nowhere, whatever its name and evidence.
            let revoked: [Refusal] = memory.revoked.contains(package.entry.description.sha256) ? [.revoked] : []
            let contradicted = contradicted(by: package, among: claims, in: change)
            let barred = revoked + [contradicted.map(\.alreadySigned)].compactMap(\.self)
            var findings = [Finding(.content, on: subject, barred)]
            if barred.isEmpty, job.kind == .update {
                findings.append(
                    versionFinding(on: package, downgrade(to: package, among: claims, in: change), in: change))
            }
            return findings
        }
    }

    /// The claims that a change can collide with, by name.
    ///
    /// What the same job brings to other databases counts as claimed already, in both directions.
    func claims(
        bearingOn change: ReviewedChange, among changes: [ReviewedChange]
    ) -> [PackageName: [Claim]] {
        let others = changes.filter { $0.location != change.location }.flatMap(\.claims)
        return Dictionary(
            grouping: (memory.claims + others).filter { $0.location.architecture == change.location.architecture },
            by: \.name)
    }

    /// A version that vercmp calls equal to a claimed one must bring exactly the claimed content.
    func contradicted(
        by package: AdmittedPackage, among claims: [Claim], in change: ReviewedChange
    ) -> Claim? {
        let version = package.entry.description.version
        let content = PackageContent(of: package.entry)
        return claims.first { claim in
            claim.version.isEqualByVercmp(to: version)
                && (claim.content != content || claim.version != version)
                && binds(claim, change.target.repository)
        }
    }

    /// What was claimed under weaker requirements does not bind a stronger repository.
    private func binds(_ claim: Claim, _ repository: RepositoryPolicy) -> Bool {
        guard claim.location.repository != repository.name else { return true }
        guard let other = policy.repository(claim.location.repository) else { return true }
        return other.admission.isAtLeastAsStrong(as: repository.admission)
    }

    /// The version exceeds every version that the repository ever had, or, under `whilePresent`, the present one.
    func downgrade(
        to package: AdmittedPackage, among claims: [Claim], in change: ReviewedChange
    ) -> Refusal? {
        let version = package.entry.description.version
        let highest = change.target.repository.monotonic.highest(
            notExceededBy: version, ever: claims.filter { $0.location == change.location }.map(\.version),
            present: change.target.before.entries[package.entry.name]?.description.version)
        guard let highest else { return nil }
        let lower = PackageClass(
            architecture: change.location.architecture, name: package.entry.name, version: version)
        return .downgrade(lower, highest: highest)
    }
}

extension Monotonic {
    /// The highest of the versions that a new one does not exceed although it must; nil if there is none.
    ///
    /// `ever` are the versions that the name had in the database, `present` is the one there now. Their equals may be
    /// named again, since a version has one content.
    public func highest(notExceededBy version: Version, ever: [Version], present: Version?) -> Version? {
        let rivals = self == .allTime ? ever : [present].compactMap(\.self)
        let notExceeded = rivals.filter { !version.isNewer(than: $0) && !version.isEqualByVercmp(to: $0) }
        return notExceeded.first.map { first in notExceeded.reduce(first) { $1.isNewer(than: $0) ? $1 : $0 } }
    }
}

extension Claim {
    /// The refusal of every other content.
    fileprivate var alreadySigned: Refusal {
        .alreadySigned(
            PackageClass(architecture: location.architecture, name: name, version: version), sha256: content.sha256)
    }
}

extension ReviewedChange {
    /// How findings name a package of the change.
    func subject(_ entry: RepositoryEntry) -> String { "\(location): \(entry.directoryName)" }

    /// What the change would claim.
    fileprivate var claims: [Claim] {
        additions.map { package in
            Claim(
                location: location, name: package.entry.name, version: package.entry.description.version,
                content: PackageContent(of: package.entry), removedAt: nil)
        }
    }
}

extension [[Requirement]] {
    /// True if whatever satisfies these alternatives also satisfies the others.
    func isAtLeastAsStrong(as others: [[Requirement]]) -> Bool {
        allSatisfy { mine in
            others.contains { theirs in
                theirs.allSatisfy { theirRequirement in
                    mine.contains {
                        $0.kind == theirRequirement.kind && $0.quorum.role == theirRequirement.quorum.role
                            && $0.quorum.threshold >= theirRequirement.quorum.threshold
                            && Set($0.distinctFrom).isSuperset(of: theirRequirement.distinctFrom)
                    }
                }
            }
        }
    }
}
