import ALPMTypes
import ArgumentParser
import Attestation

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

        @OptionGroup var packages: PresentPackageOptions

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            try await draft.sign(
                .removal(
                    Attestation.Removal(
                        header: draft.header, repository: draft.repository, architecture: packages.architecture,
                        packages: packages.artefacts(names, for: draft))))
        }
    }
}
