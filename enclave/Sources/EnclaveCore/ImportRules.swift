import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// The start of a repository from an existing one: exactly the set of entries that a sysop quorum approved.
    func importRefusals(of change: ReviewedChange) -> [Refusal] {
        guard change.target.before.serial == 0 else {
            return [.staleSerial(current: change.target.before.serial)]
        }
        let entries: EntrySet
        do throws(RepositoryDatabaseError) {
            entries = try EntrySet(change.additions.map(\.entry))
        } catch {
            return [.entryInvalid(field: "\(error)")]
        }
        let claim = ImportClaim(
            repository: change.location.repository, architecture: change.location.architecture,
            entries: UInt64(entries.count), entrySet: entries.digest)
        return evidence.explaining(policy.refusals(importing: claim, evidence: evidence.usable))
    }
}
