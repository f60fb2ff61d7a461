public import ALPMTypes
public import Attestation
public import RepositoryDatabase

/// What a job brings into each of its databases.
public typealias Arrivals = [DatabaseLocation: Set<PackageArtefact>]

extension Statement {
    /// The repository that the statement is for; nil for what is about all of them.
    var repository: RepositoryName? {
        switch self {
        case .sourceApproval(let statement): statement.repository
        case .packageApproval(let statement): statement.repository
        case .buildRecord(let statement): statement.repository
        case .removal(let statement): statement.repository
        case .move(let statement): statement.repository
        case .repositoryImport(let statement): statement.repository
        case .versionOverride(let statement): statement.repository
        case .policyApproval, .revocation, .clockConfirmation, .headConfirmation: nil
        }
    }

    /// The packages that the statement speaks of, which the rules may look for in the databases.
    public var packageNames: [PackageName] {
        switch self {
        case .sourceApproval(let statement): statement.packages.map(\.name)
        case .packageApproval(let statement): statement.packages.map(\.name)
        case .buildRecord(let statement): statement.packages.map(\.identity.name)
        case .removal, .move, .repositoryImport, .policyApproval, .versionOverride, .revocation, .clockConfirmation,
            .headConfirmation:
            []
        }
    }

    /// H2: whether a change uses the statement up that takes these entries out of a database and lets those in by override;
    /// the arrivals are those of its whole job.
    public func isUsedUp(
        byRemoving removed: [RepositoryEntry], overriding overridden: [RepositoryEntry], at location: DatabaseLocation,
        amid arrivals: Arrivals
    ) -> Bool {
        removed.contains { removes($0, at: location, amid: arrivals) }
            || overridden.contains { overrides($0, at: location) }
    }

    /// Whether the statement wants exactly this entry out of exactly this database, in a job that brings these packages.
    func removes(_ entry: RepositoryEntry, at location: DatabaseLocation, amid arrivals: Arrivals) -> Bool {
        packagesLeaving(location.repository, location.architecture).contains(PackageArtefact(entry))
            && !isHalfMove(of: entry, at: location, amid: arrivals)
    }

    /// H9: who moved a package did not want it gone; so a move counts only where the job brings it to its target too.
    func isHalfMove(of entry: RepositoryEntry, at location: DatabaseLocation, amid arrivals: Arrivals) -> Bool {
        let package = PackageArtefact(entry)
        guard case .move(let move) = self,
            packagesLeaving(location.repository, location.architecture).contains(package)
        else { return false }
        let target = DatabaseLocation(repository: move.target, architecture: move.architecture)
        return arrivals[target]?.contains(package) != true
    }

    /// Whether the statement wants this very entry in this database, although its version may not be the highest.
    func overrides(_ entry: RepositoryEntry, at location: DatabaseLocation) -> Bool {
        guard case .versionOverride(let statement) = self, statement.repository == location.repository,
            statement.architecture == location.architecture
        else { return false }
        return statement.packages.contains(PackageArtefact(entry))
    }

    /// Whether the statement speaks for the admission of this entry.
    func admits(_ entry: RepositoryEntry) -> Bool {
        let description = entry.description
        switch self {
        case .sourceApproval(let approval):
            return approval.version == description.version
                && approval.packages.contains { $0.name == entry.name && $0.architecture == description.architecture }
        case .packageApproval(let approval): return approval.packages.contains { $0.sha256 == description.sha256 }
        case .buildRecord(let record): return record.packages.contains { $0.identity.sha256 == description.sha256 }
        case .removal, .move, .repositoryImport, .policyApproval, .versionOverride, .revocation, .clockConfirmation,
            .headConfirmation:
            return false
        }
    }

    /// Whether the statement speaks for the beginning of this database.
    func begins(_ location: DatabaseLocation) -> Bool {
        guard case .repositoryImport(let approval) = self else { return false }
        return approval.repository == location.repository && approval.architecture == location.architecture
    }
}
