import ALPMTypes
import ArgumentParser
import Attestation

extension ApproveCommand {
    /// `reposeal approve override`.
    struct Override: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve versions although their names had higher ones.",
            discussion: """
                Binds the approval to the name, version and sha256 of each package and to one database. It allows nothing but \
                the lower version, for one job: the packages need their own approvals besides, and what comes after them \
                must still be newer than everything that ever was.

                    $ reposeal approve override hello-1.0-1-any.pkg.tar.zst \\
                        --architecture x86_64 --policy policy.json --repository extra \\
                        --signer erin -o erin.dsse.json
                """)

        @Argument(help: ArgumentHelp("The packages.", valueName: "package"), completion: .file())
        var packages: [String]

        @Option(help: ArgumentHelp("The architecture of the database.", valueName: "name"))
        var architecture: Architecture

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            try draft.expect(architecture)
            let artefacts = try ReadPackage.all(packages).map { package in
                PackageArtefact(
                    name: package.identity.name, version: package.identity.version, sha256: package.identity.sha256)
            }
            try await draft.sign(
                .versionOverride(
                    VersionOverride(
                        header: draft.header, repository: draft.repository, architecture: architecture,
                        packages: artefacts)))
        }
    }
}
