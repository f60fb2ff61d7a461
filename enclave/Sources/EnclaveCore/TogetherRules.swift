import ALPMTypes
import Attestation
import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// H5: what was built or approved together is all in the same change, or in the database already.
    func siblingRefusals(of siblings: [PackageIdentity], in change: ReviewedChange) -> [Refusal] {
        siblings.filter { sibling in
            let added = change.additions.first { $0.entry.name == sibling.name }?.entry
            let stays =
                change.removals.contains { $0.name == sibling.name }
                ? nil : change.target.before.entries[sibling.name]
            return ![added, stays].contains {
                $0?.description.fileName == sibling.fileName && $0?.description.sha256 == sibling.sha256
            }
        }.map { .incompleteTogether(name: $0.name) }
    }

    /// H9: an `any` package enters every database of its repository in one job.
    func anyFindings(on change: ReviewedChange, among changes: [ReviewedChange]) -> [Finding] {
        let repository = change.target.repository
        return change.additions.filter(\.entry.description.architecture.isAny).map { package in
            let isMissing = repository.architectures.contains { architecture in
                !changes.contains {
                    $0.location == DatabaseLocation(repository: repository.name, architecture: architecture)
                        && $0.additions.contains { $0.entry == package.entry }
                }
            }
            return Finding(
                .any, on: change.subject(package.entry),
                isMissing ? [.incompleteTogether(name: package.entry.name)] : [])
        }
    }
}
