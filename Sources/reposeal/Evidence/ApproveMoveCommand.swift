import ALPMTypes
import ArgumentParser
import Attestation
import Policy

extension ApproveCommand {
    /// `reposeal approve move`.
    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve that packages move from one repository to another.",
            discussion: """
                Takes version and sha256 of each package from a database. It counts as an approval to leave the repository, \
                but only in the job that brings the very same package to the other one, so that nobody can make a removal \
                of it. The other repository admits the package by its own requirements; what was said for the first one \
                counts there only if the policy promotes from it. What the other repository has already is to be removed, not \
                moved.

                    $ reposeal approve move hello --from /srv/mirror/testing/os/x86_64 \\
                        --architecture x86_64 --policy policy.json --repository testing \\
                        --to extra --signer alice -o alice.dsse.json
                """)

        @Argument(help: ArgumentHelp("The packages' names.", valueName: "name"))
        var names: [PackageName]

        @OptionGroup var packages: PresentPackageOptions

        @Option(help: ArgumentHelp("The repository that gets the packages.", valueName: "name"))
        var to: RepositoryName

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            guard to != draft.repository, let target = draft.policy.repository(to) else {
                throw FileProblem(file: "--to \(to)", reason: "expected another repository of the policy")
            }
            try draft.expect(packages.architecture, in: target)
            try await draft.sign(
                .move(
                    Attestation.Move(
                        header: draft.header, repository: draft.repository, target: to,
                        architecture: packages.architecture, packages: packages.artefacts(names, for: draft))))
        }
    }
}
