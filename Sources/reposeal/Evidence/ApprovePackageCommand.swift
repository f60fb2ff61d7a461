import ArgumentParser
import Attestation

extension ApproveCommand {
    /// `reposeal approve package`.
    struct Package: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve finished packages.",
            discussion: """
                Reads each package as strictly as the enclave reads its entries, and binds the approval to its bytes: sha256, \
                size, and the digests of the desc and files entries that the database will have.

                    $ reposeal approve package hello-1.0-1-any.pkg.tar.zst \\
                        --policy policy.json --repository extra \\
                        --signer alice -o alice.dsse.json
                """)

        @Argument(help: ArgumentHelp("The packages.", valueName: "package"), completion: .file())
        var packages: [String]

        @Flag(help: "The packages enter all at once or not at all.")
        var together = false

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            let identities = try ReadPackage.all(packages).map(\.identity)
            try await draft.sign(
                .packageApproval(
                    PackageApproval(
                        header: draft.header, repository: draft.repository, packages: identities, together: together)))
        }
    }
}
