import ALPMTypes
import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// H11: a package replaces those of another repository only where the policy grants that.
    ///
    /// pacman goes by names alone, whatever repository they come from and whoever approved what is there.
    func replacesFindings(on change: ReviewedChange, among changes: [ReviewedChange]) -> [Finding] {
        let granted = [change.location.repository] + change.target.repository.replacesFrom
        let others = policy.repositories.map(\.name).filter { !granted.contains($0) }
        return change.additions.filter { !$0.entry.description.replacedNames.isEmpty }.map { package in
            let refusals = package.entry.description.replacedNames.flatMap { name in
                others.filter { other in
                    let location = DatabaseLocation(repository: other, architecture: change.location.architecture)
                    return isPresent(at: location, after: changes) { $0.name == name }
                }.map { Refusal.entryInvalid(field: "\(package.entry.directoryName): REPLACES \(name) of \($0)") }
            }
            return Finding(.replaces, on: change.subject(package.entry), refusals)
        }
    }
}
