import ALPMTypes
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

/// A change whose database exists in the policy and builds on what the enclave signed last.
struct Target {
    let change: RepositoryChange
    let location: DatabaseLocation
    let repository: RepositoryPolicy
    let before: RepositoryMemory
}

extension JobReview {
    /// Invariant 4, first half: the database is one of the policy's, and the change builds on its last serial.
    func target(of change: RepositoryChange, refusals: inout [Refusal]) -> Target? {
        let location = DatabaseLocation(repository: change.repository, architecture: change.architecture)
        guard let repository = policy.repository(change.repository),
            repository.architectures.contains(change.architecture)
        else {
            refusals.append(.unknownRepository)
            return nil
        }
        guard
            job.changes.count(where: { $0.repository == change.repository && $0.architecture == change.architecture })
                == 1
        else {
            refusals.append(.entryInvalid(field: "\(location): named twice in one job"))
            return nil
        }
        let before = memory.databases[location] ?? RepositoryMemory(serial: 0, entries: EntrySet(), signedAt: 0)
        guard change.predecessorSerial == before.serial else {
            refusals.append(.staleSerial(current: before.serial))
            return nil
        }
        return Target(change: change, location: location, repository: repository, before: before)
    }
}
