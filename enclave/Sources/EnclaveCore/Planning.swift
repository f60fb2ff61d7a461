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
        var entries = change.target.before.entries
        for removal in change.removals { entries.remove(removal.name) }
        for addition in change.additions { entries.replace(with: addition.entry) }
        let database, filesDatabase: EncodedDatabase
        do throws(RepositoryDatabaseError) {
            let chunks = change.target.before.chunks
            database = try RepositoryDatabaseWriter.encode(entries, as: .db) { chunks[$0] }
            filesDatabase = try RepositoryDatabaseWriter.encode(entries, as: .files) { chunks[$0] }
        } catch {
            refusals.append(error.refusal)
            return nil
        }
        let expected = [
            (change.target.change.expectedDatabase, database.digest),
            (change.target.change.expectedFiles, filesDatabase.digest),
        ]
        for (expected, computed) in expected where expected != computed {
            refusals.append(.databaseMismatch(expected: expected, computed: computed))
            return nil
        }
        return DatabasePlan(
            location: change.location, serial: change.target.before.serial + 1, entries: entries, database: database,
            filesDatabase: filesDatabase, admitted: change.additions, removed: change.removals,
            overridden: overridden, isImport: job.kind == .repositoryImport)
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
