import ALPMTypes
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

/// A change whose database exists in the policy and builds on what the enclave signed last.
struct Target {
    let change: RepositoryChange
    let repository: RepositoryPolicy
    let before: RepositoryMemory

    var location: DatabaseLocation { change.location }
}

extension JobReview {
    /// Invariant 4, first half: the change builds on the last serial of its database.
    func target(of change: RepositoryChange, refusals: inout [Refusal]) -> Target? {
        guard let repository = policy.repository(change.repository) else {
            refusals.append(.unknownRepository)
            return nil
        }
        let before = memory.databases[change.location] ?? RepositoryMemory(serial: 0, entries: EntrySet(), signedAt: 0)
        guard change.predecessorSerial == before.serial else {
            refusals.append(.staleSerial(current: before.serial))
            return nil
        }
        return Target(change: change, repository: repository, before: before)
    }
}
