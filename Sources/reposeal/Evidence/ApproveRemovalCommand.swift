import ALPMTypes
import ArgumentParser
import Attestation
import RepositoryDatabase
import RepositoryImport

extension ApproveCommand {
    /// `reposeal approve removal`.
    struct Removal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve that packages leave a repository.",
            discussion: """
                Takes version and sha256 of each package from a database, so that the approval cannot hit a package that \
                came later under the same name.

                    $ reposeal approve removal hello --from /srv/mirror/extra/os/x86_64 \\
                        --architecture x86_64 --policy policy.json --repository extra \\
                        --signer alice -o alice.dsse.json
                """)

        @Argument(help: ArgumentHelp("The packages' names.", valueName: "name"))
        var names: [PackageName]

        @Option(
            help: ArgumentHelp("The database that has them, or its folder.", valueName: "database"), completion: .file()
        )
        var from: String

        @Option(help: ArgumentHelp("The architecture of the database.", valueName: "name"))
        var architecture: Architecture

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            try draft.expect(architecture)
            let entries = try StockRepository.read(from, named: draft.repository.text).entries
            let packages = try names.map { name in
                guard let package = entries[name]?.description else {
                    throw FileProblem(file: from, reason: "expected a package \(name)")
                }
                return PackageArtefact(name: name, version: package.version, sha256: package.sha256)
            }
            try await draft.sign(
                .removal(
                    Attestation.Removal(
                        header: draft.header, repository: draft.repository, architecture: architecture,
                        packages: packages)))
        }
    }
}
