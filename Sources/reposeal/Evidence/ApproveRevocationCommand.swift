import ALPMTypes
import ArgumentParser
import Attestation

extension ApproveCommand {
    /// `reposeal approve revocation`.
    struct Revocation: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the contents of packages barred from all repositories for ever.",
            discussion: """
                Names the sha256 of each package, under whatever name or version somebody wants it in. What is in a \
                repository stays until it is removed or replaced. All who revoke give the same packages and the same reason: \
                compromised, vulnerable, unlawful or mistaken. Hand the statements to `reposeal enclave propose`.

                    $ reposeal approve revocation hello-1.0-1-any.pkg.tar.zst --reason compromised \\
                        --policy policy.json --signer erin -o erin.dsse.json
                """)

        @Argument(help: ArgumentHelp("The packages.", valueName: "package"), completion: .file())
        var packages: [String]

        @Option(help: ArgumentHelp("Why.", valueName: "reason"))
        var reason: Attestation.Revocation.Reason

        @OptionGroup var options: EnclaveStatementOptions

        func run() async throws {
            let artefacts = try ReadPackage.all(packages).map { package in
                PackageArtefact(
                    name: package.identity.name, version: package.identity.version, sha256: package.identity.sha256)
            }
            try await options.sign { header in
                .revocation(try Attestation.Revocation(header: header, reason: reason, packages: artefacts))
            }
        }
    }
}
