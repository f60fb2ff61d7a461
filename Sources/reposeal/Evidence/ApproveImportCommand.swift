import ALPMTypes
import ArgumentParser
import Attestation
import Cryptography
import RepositoryDatabase
import RepositoryImport

extension ApproveCommand {
    /// `reposeal approve import`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve the contents with which a repository begins.",
            discussion: """
                Reads a stock database of any compression, prints each entry that the strict rules refuse, and signs the \
                digest of the set of all others. %MD5SUM% and %PGPSIG% are dropped. File lists come from the files \
                database, and packages without one have an unknown list.

                    $ reposeal approve import extra.db.tar.zst --files extra.files.tar.zst \\
                        --architecture x86_64 --policy policy.json --repository extra \\
                        --signer alice -o alice.dsse.json
                """)

        @Argument(help: ArgumentHelp("The database.", valueName: "database"), completion: .file())
        var database: String

        @Option(help: ArgumentHelp("The files database.", valueName: "database"), completion: .file())
        var files: String?

        @Option(help: ArgumentHelp("The architecture of the database.", valueName: "name"))
        var architecture: Architecture

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            try draft.expect(architecture)
            let imported = try StockRepository.read(database, named: draft.repository.text, files: files)
            for entry in imported.refused { print("refused \(entry.directoryName): \(entry.reason)") }
            guard imported.refused.isEmpty || !imported.entries.isEmpty else {
                throw FileProblem(file: database, reason: "expected a database in which not everything is refused")
            }
            print("\(imported.refused.count) refused")
            try await draft.sign(
                .repositoryImport(
                    Attestation.RepositoryImport(
                        header: draft.header, repository: draft.repository, architecture: architecture,
                        entries: UInt64(imported.entries.count), entrySet: imported.entries.digest)))
        }
    }
}
