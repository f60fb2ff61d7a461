import ALPMTypes
import Attestation
import Cryptography
import Publisher
import RepositoryDatabase
import SchedulerCore

/// What accepted removal statements ask for, below `removals/`.
struct RemovalStore {
    let layout: DirectoryLayout

    /// Every removal asked for.
    func all() throws(SchedulerDirectoryError) -> [RemovalRequest] {
        var found: [RemovalRequest] = []
        for name in try durably({ try DurableFile.names(in: layout.removals) }) where !name.hasPrefix(".") {
            if let request = try RecordFile.read(RemovalRequest.self, from: "\(layout.removals)/\(name)") {
                found.append(request)
            }
        }
        return found
    }

    /// Begins to wait for the removal of what a new statement wants out of a database.
    ///
    /// One that is under way goes on; one that was signed begins again only if the package has come back since.
    func open(
        _ packages: [PackageArtefact], leaving repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) {
        let entries = try GenerationStore(layout: layout).mirror(repository, architecture).entries
        for package in packages {
            let request = RemovalRequest(
                repository: repository, architecture: architecture, name: package.name,
                version: package.version, sha256: package.sha256, target: StateRecord(.waiting(missing: [])))
            let path = layout.removal(request.id)
            let known = try RecordFile.read(RemovalRequest.self, from: path)
            if let known {
                switch known.target.state {
                case .waiting, .ready, .asked: continue
                case .signed, .published, .refused:
                    guard entries[package.name]?.description.sha256 == package.sha256 else { continue }
                }
            }
            try RecordFile.write(request, to: path)
        }
    }

    /// Replaces a record.
    func update(_ request: RemovalRequest) throws(SchedulerDirectoryError) {
        try RecordFile.write(request, to: layout.removal(request.id))
    }
}

extension RemovalRequest {
    /// Whether a statement asks for this.
    func isAsked(by statement: Statement) -> Bool {
        statement.packagesLeaving(repository, architecture)
            .contains(PackageArtefact(name: name, version: version, sha256: sha256))
    }
}
