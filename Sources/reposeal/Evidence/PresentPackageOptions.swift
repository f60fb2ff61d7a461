import ALPMTypes
import ArgumentParser
import Attestation
import RepositoryDatabase
import RepositoryImport

/// Which database has the packages that are meant by their names.
struct PresentPackageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The database that has them, or its folder.", valueName: "database"), completion: .file())
    var from: String

    @Option(help: ArgumentHelp("The architecture of the database.", valueName: "name"))
    var architecture: Architecture

    /// The packages as the database has them, for a statement about its repository.
    func artefacts(_ names: [PackageName], for draft: PersonDraft) throws -> [PackageArtefact] {
        try draft.expect(architecture)
        let entries = try StockRepository.read(from, named: draft.repository.text).entries
        return try names.map { name in
            guard let package = entries[name]?.description else {
                throw FileProblem(file: from, reason: "expected a package \(name)")
            }
            return PackageArtefact(name: name, version: package.version, sha256: package.sha256)
        }
    }
}
