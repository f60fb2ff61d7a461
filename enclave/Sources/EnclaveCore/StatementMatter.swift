public import ALPMTypes
public import Attestation
public import RepositoryDatabase

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

    /// H2: whether a change uses the statement up that takes these entries out of a database and lets those in by override.
    public func isUsedUp(
        byRemoving removed: [RepositoryEntry], overriding overridden: [RepositoryEntry], at location: DatabaseLocation
    ) -> Bool {
        removed.contains { removes($0, at: location) } || overridden.contains { overrides($0, at: location) }
    }

    /// Whether the statement wants exactly this entry out of exactly this database.
    func removes(_ entry: RepositoryEntry, at location: DatabaseLocation) -> Bool {
        packagesLeaving(location.repository, location.architecture).contains(PackageArtefact(entry))
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
