import Cryptography
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

extension JobReview {
    /// Builds the next serial from the enclave's own memory, and compares it with what the scheduler computed.
    func plan(
        for change: ReviewedChange, overriding overridden: [RepositoryEntry], refusals: inout [Refusal]
    ) -> DatabasePlan? {
        let content: DatabaseContent
        do throws(RepositoryDatabaseError) {
            content = try nextContent(of: change)
        } catch {
            refusals.append(error.refusal)
            return nil
        }
        let expected = [
            (change.target.change.expectedDatabase, content.database.digest),
            (change.target.change.expectedFiles, content.filesDatabase.digest),
        ]
        for (expected, computed) in expected where expected != computed {
            refusals.append(.databaseMismatch(expected: expected, computed: computed))
            return nil
        }
        return DatabasePlan(
            location: change.location, serial: change.target.before.serial + 1, content: content,
            before: change.target.before.signed, admitted: change.additions, removed: change.removals,
            overridden: overridden, kind: job.kind)
    }

    /// Both databases after the change: what was signed last, changed, or else all entries encoded.
    private func nextContent(of change: ReviewedChange) throws(RepositoryDatabaseError) -> DatabaseContent {
        let before = change.target.before
        let added = job.kind == .resign ? [] : change.additions.map(\.entry)
        if let signed = before.signed {
            let replaced = added.compactMap { before.entries[$0.name] }
            return try signed.updated(removing: change.removals + replaced, adding: added)
        }
        var entries = before.entries
        for removal in change.removals { entries.remove(removal.name) }
        for addition in added { entries.replace(with: addition) }
        return try DatabaseContent(encoding: entries)
    }
}

extension RepositoryDatabaseError {
    /// The refusal that answers a database which cannot be made.
    var refusal: Refusal {
        switch self {
        case .databaseTooLarge(let limit): .databaseTooLarge(limit: UInt64(limit))
        default: .entryInvalid(field: "\(self)")
        }
    }
}
