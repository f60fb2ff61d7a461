import ALPMTypes
import Attestation
import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// H5: what was built or approved together is all in the same change, or in the database already.
    ///
    /// Where debug packages have a repository of their own, they follow what they are of, and are not waited for.
    func siblingRefusals(
        of siblings: [PackageIdentity], in change: ReviewedChange, among changes: [ReviewedChange]
    ) -> [Refusal] {
        let main = policy.repository(withCompanion: change.location.repository)
        let demanded = siblings.filter { change.target.repository.debugCompanion == nil || !$0.name.isDebug }
        return demanded.filter { sibling in
            if let main, !sibling.name.isDebug {
                let location = DatabaseLocation(repository: main.name, architecture: change.location.architecture)
                return !isPresent(at: location, after: changes) {
                    $0.name == sibling.name && $0.version == sibling.version && $0.sha256 == sibling.sha256
                }
            }
            let added = change.additions.first { $0.entry.name == sibling.name }?.entry
            let stays =
                change.removals.contains { $0.name == sibling.name }
                ? nil : change.target.before.entries[sibling.name]
            return ![added, stays].contains {
                $0?.description.fileName == sibling.fileName && $0?.description.sha256 == sibling.sha256
            }
        }.map { .incompleteTogether(name: $0.name) }
    }

    /// H9: a debug companion takes the debug packages of what its main repository holds, in the same version.
    func companionRefusals(of package: AdmittedPackage, in change: ReviewedChange, among changes: [ReviewedChange])
        -> [Refusal]
    {
        guard let main = policy.repository(withCompanion: change.location.repository) else { return [] }
        guard package.entry.name.isDebug else {
            return [.entryInvalid(field: "\(package.entry.directoryName): NAME does not end in -debug")]
        }
        let debug = PresentPackage(package.entry, at: change.location)
        let location = DatabaseLocation(repository: main.name, architecture: change.location.architecture)
        let isHeld = isPresent(at: location, after: changes) { $0.base == debug.base && $0.version == debug.version }
        return isHeld ? [] : [.incompleteTogether(name: debug.base)]
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
