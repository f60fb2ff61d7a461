import ALPMTypes
import Attestation
import Cryptography
import RepositoryDatabase
import SchedulerCore
import SchedulerStore

/// What accepted removal statements ask for.
struct RemovalStore {
    let store: SchedulerStore
    let generations: GenerationStore

    /// Begins to wait for the removal of what a new statement wants out of a database.
    ///
    /// One that is under way goes on; one that was signed begins again only if the package has come back since; one that
    /// was withdrawn or put aside begins again by nobody's statement.
    func open(
        _ packages: [PackageArtefact], leaving repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) {
        let entries = try generations.mirror(repository, architecture).entries
        var opened: [RemovalRequest] = []
        for package in packages {
            let request = RemovalRequest(
                repository: repository, architecture: architecture, name: package.name,
                version: package.version, sha256: package.sha256, target: StateRecord(.waiting(missing: [])))
            if let known = try durably({ try store.removals(request.id) }).first {
                switch known.target.state {
                case .waiting, .ready, .asked, .withdrawn, .quarantined: continue
                case .signed, .published, .refused:
                    guard entries[package.name]?.description.sha256 == package.sha256 else { continue }
                }
            }
            opened.append(request)
        }
        try durably { try store.update([], opened) }
    }
}

extension RemovalRequest {
    /// Whether a statement asks for this.
    func isAsked(by statement: Statement) -> Bool {
        statement.packagesLeaving(repository, architecture)
            .contains(PackageArtefact(name: name, version: version, sha256: sha256))
    }
}
