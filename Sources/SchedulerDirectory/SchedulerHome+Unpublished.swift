public import ALPMTypes
import Descriptors
import EnclaveCore
import Mirrors
import Policy
import Publisher
import SchedulerCore
import TransparencyLog

/// A database whose last signed generation its clients cannot get yet.
public struct UnpublishedDatabase: Hashable, Sendable {
    /// After how many seconds it is no publication under way any more.
    public static let patience: UInt64 = 300

    /// The repository.
    public let repository: RepositoryName
    /// The architecture.
    public let architecture: Architecture
    /// The serial that was signed last.
    public let signed: UInt64
    /// The serial that is published; nil if none is.
    public let published: UInt64?
    /// When the first serial was signed that should be published and is not, in Unix seconds.
    public let since: UInt64

    /// Whether something keeps it from being published.
    public func isOverdue(at now: UInt64) -> Bool { now > since && now - since > Self.patience }
}

extension UnpublishedDatabase: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        let there = published.map { "serial \($0)" } ?? "nothing"
        return "\(repository)/\(architecture): serial \(signed) is signed, but \(there) is published"
    }
}

extension SchedulerHome {
    /// The databases whose last generation is not where `mirrors.json` has them published; none if there is no such file.
    ///
    /// Takes no lock and changes nothing.
    public func unpublished() throws(SchedulerDirectoryError) -> [UnpublishedDatabase] {
        guard let tree = try mirrorConfigurationIfPresent()?.published else { return [] }
        let generations = GenerationStore(layout: layout)
        let policy = try configuration.policy()
        var found: [UnpublishedDatabase] = []
        for database in try databases() {
            let (repository, architecture) = (database.repository, database.architecture)
            let signature = try durably { try tree.databaseSignature(of: repository, architecture) }
            if let signature, try generations.databaseSignature(repository, architecture) == signature { continue }
            let serial = policy.trust(repository, architecture)?.serial(statedBy: signature)
            let location = DatabaseLocation(repository: repository, architecture: architecture)
            found.append(
                UnpublishedDatabase(
                    repository: repository, architecture: architecture, signed: database.serial, published: serial,
                    since: try LogStore(layout: layout).signing(of: location, after: serial ?? 0)
                        ?? database.signedAt))
        }
        return found
    }
}

extension LogStore {
    /// How many leaves are looked at, from the end.
    private static let leavesSearched: UInt64 = 4096

    /// When the first serial of a database after this one was signed, in Unix seconds, as far as the last leaves tell.
    fileprivate func signing(
        of wanted: DatabaseLocation, after serial: UInt64
    ) throws(SchedulerDirectoryError) -> UInt64? {
        let size = try range().size
        var (time, index): (UInt64?, UInt64) = (nil, size)
        while index > 0, size - index < Self.leavesSearched {
            index -= 1
            let bytes = try leaf(index)
            guard case .database(wanted, let database)? = try? LoggedEvent(parsing: bytes) else { continue }
            guard database.serial > serial else { break }
            time = database.time
        }
        return time
    }
}
