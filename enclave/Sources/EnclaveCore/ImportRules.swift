import Policy
import Refusals
import RepositoryDatabase

extension JobReview {
    /// The start of a repository from an existing one: exactly the set of entries that a sysop quorum approved.
    func importFinding(on change: ReviewedChange) -> Finding {
        let subject = "\(change.location)"
        guard change.target.before.serial == 0 else {
            return Finding(.imported, on: subject, [.staleSerial(current: change.target.before.serial)])
        }
        let entries: EntrySet
        do throws(RepositoryDatabaseError) {
            entries = try EntrySet(change.additions.map(\.entry))
        } catch {
            return Finding(.imported, on: subject, [.entryInvalid(field: "\(error)")])
        }
        let claim = ImportClaim(
            repository: change.location.repository, architecture: change.location.architecture,
            entries: UInt64(entries.count), entrySet: entries.digest)
        let verdict = policy.verdict(importing: claim, evidence: evidence.usable)
        return Finding(.imported, on: subject, evidence.explaining(verdict.refusals), counts: verdict.counts)
    }
}
