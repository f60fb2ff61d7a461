import ALPMTypes
import ArgumentParser
import Attestation
import Cryptography
import SourceManifest

extension ApproveCommand {
    /// `reposeal approve source`.
    struct Source: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve that a source directory is built.",
            discussion: """
                Prints every file of the directory with its sha256 and every fetched source with what pins it, and signs the \
                digest of that manifest together with the packages, their architectures and the version that .SRCINFO states. \
                No code of the PKGBUILD runs. Any other file, however small its part in the build, is another manifest.

                    $ reposeal approve source ~/packages/hello --policy policy.json \\
                        --repository extra --signer alice -o alice.dsse.json
                """)

        @Argument(help: ArgumentHelp("The directory with PKGBUILD and .SRCINFO.", valueName: "directory"))
        var directory: String

        @Option(
            help: ArgumentHelp("The architecture to build for, where .SRCINFO names several.", valueName: "name"))
        var architecture: Architecture?

        @OptionGroup var options: PersonStatementOptions

        func run() async throws {
            let draft = try await options.begin()
            let manifest = try SourceDirectory.manifest(of: directory)
            let approval = try SourceApproval(
                header: draft.header, repository: draft.repository, pkgbase: manifest.pkgbase,
                version: manifest.version,
                sourceManifest: manifest.digest,
                packages: manifest.packages.map { name in
                    SourceApproval.Package(name: name, architecture: try architecture(of: name, in: manifest))
                })
            for file in manifest.files { print("\(file.sha256)  \(file.path)") }
            for source in manifest.sources { print("\(source.pin)  \(source.location)") }
            try await draft.sign(.sourceApproval(approval))
        }

        private func architecture(
            of package: PackageName, in manifest: SourceManifest
        ) throws(FileProblem) -> Architecture {
            let known = manifest.architectures(of: package)
            if known.count == 1 { return known[0] }
            guard let architecture, known.contains(architecture) else {
                let names = known.map(\.text).joined(separator: ", ")
                throw FileProblem(
                    file: "\(directory)/.SRCINFO",
                    reason: "arch of \(package): expected --architecture with one of \(names)")
            }
            return architecture
        }
    }
}
