public import ALPMTypes
public import Cryptography
import EnclaveCore
import Policy
import Publisher
import SchedulerCore
import SchedulerStore

/// What one submission does to a database.
public struct DatabaseChange: Hashable, Sendable {
    /// The kind of change.
    public enum Kind: String, Sendable {
        /// No version of the package is there.
        case added
        /// A lower version is there.
        case upgraded
        /// A higher version is there.
        case downgraded
        /// Another content of the version is there, or the very same already.
        case rebuilt
        /// The package leaves.
        case removed
    }

    /// What happens.
    public let kind: Kind
    /// The architecture of the database.
    public let architecture: Architecture
    /// The package's name.
    public let name: PackageName
    /// The version that is there now.
    public let from: Version?
    /// The version that will be there.
    public let to: Version?
    /// The SHA-256 of the package.
    public let sha256: SHA256Digest
    /// The name of the submission's state: `ready`, `asked` or `signed`.
    public let state: String
}

/// Some changes of a repository, and where the others begin.
public struct UpdateSlice: Hashable, Sendable {
    /// The changes, in the order in which the submissions came to be.
    public let changes: [DatabaseChange]
    /// After which position the next page begins; nil if there is none.
    public let next: Int64?
}

extension SchedulerHome {
    /// What the submissions that are ready, asked for or signed but not published do to a repository, as far as its
    /// databases are known here; nil if the policy names no such repository.
    ///
    /// A signed one is compared with the database that it is in already.
    public func update(
        of repository: RepositoryName, after position: Int64, limit: Int
    ) throws(SchedulerDirectoryError) -> UpdateSlice? {
        guard let architectures = try configuration.policy().repository(repository)?.architectures else { return nil }
        let store = try readingStore()
        let targets = try durably { try store.updating(repository, after: position, limit: limit) }
        var changes: [DatabaseChange] = []
        for target in targets {
            for architecture in target.architecture == .any ? architectures : [target.architecture] {
                let versions = try versions(in: DatabaseLocation(repository: repository, architecture: architecture))
                changes.append(DatabaseChange(target, in: architecture, from: versions[target.name]))
            }
        }
        return UpdateSlice(changes: changes, next: targets.count < limit ? nil : targets.last?.id)
    }

    /// Reads what the next updates are compared with, and since when packages wait, so that nobody who asks has to wait for
    /// that.
    public func readAhead() throws(SchedulerDirectoryError) {
        _ = try knownWaiting.times(in: readingStore())
        for name in try repositoryNames() { _ = try update(of: name, after: 0, limit: 1) }
    }

    private func versions(
        in location: DatabaseLocation
    ) throws(SchedulerDirectoryError) -> [PackageName: Version] {
        guard let serial = try generations.serial(location.repository, location.architecture) else { return [:] }
        return try generationCache.versions(of: location, serial, in: generations)
    }
}

extension DatabaseChange {
    fileprivate init(_ target: Target, in architecture: Architecture, from: Version?) {
        self.architecture = architecture
        self.from = from
        (name, sha256, state) = (target.name, target.sha256, target.record.state.name)
        guard target.kind == .package else {
            (kind, to) = (.removed, nil)
            return
        }
        to = target.version
        guard let from else {
            kind = .added
            return
        }
        let order = Version.compare(from, target.version)
        kind = order < 0 ? .upgraded : order > 0 ? .downgraded : .rebuilt
    }
}
