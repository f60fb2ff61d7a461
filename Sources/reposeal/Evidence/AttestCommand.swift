import ALPMTypes
import ArgumentParser
import Attestation
import Cryptography
import EvidenceSigning
import PackageArchive
import Policy
import SourceManifest

/// `reposeal attest`: what machines know.
struct AttestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "State what a build produced, with a machine's key.",
        discussion: """
            Builders that several operators run build the same approved sources. The policy says how many of them must state \
            the same bytes before a package is admitted.
            """,
        subcommands: [Build.self])

    /// `reposeal attest build`.
    struct Build: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "State which packages came out of a source directory.",
            discussion: """
                Run this on the builder, on all packages of one build at once: they are admitted together or not at all. The \
                source directory is the one that was approved, as it was before any code of the PKGBUILD ran. The record \
                binds the manifest of the sources, the .BUILDINFO of the first package, and of each package the bytes, the \
                entries that the database will have, and the SHA-256 state from which the enclave signs it.

                    $ reposeal attest build hello-1.0-1-any.pkg.tar.zst \\
                        --source ~/approved/hello --policy policy.json --repository extra \\
                        --signer builder1 --key builder1.key -o builder1.dsse.json
                """)

        @Argument(help: ArgumentHelp("All packages of the build.", valueName: "package"), completion: .file())
        var packages: [String]

        @Option(help: ArgumentHelp("The directory that was built.", valueName: "directory"), completion: .directory)
        var source: String

        @Option(help: ArgumentHelp("The machine's id in the policy.", valueName: "id"))
        var signer: SignerID

        @Option(help: ArgumentHelp("The machine's private key.", valueName: "file"), completion: .file())
        var key: String

        @OptionGroup var about: RepositoryStatementOptions

        func run() throws {
            let (file, rules) = try about.read()
            let key = try MachineKeyFile(reading: key)
            try expect(key.key.publicKey, in: file)
            let manifest = try SourceDirectory.manifest(of: source)
            let read = try ReadPackage.all(packages)
            for package in read { try BuildOutput(package: package).expect(from: manifest, in: source) }
            // The one that comes first in the record, so that it does not matter how the packages were listed.
            guard let first = read.min(by: { $0.identity.fileName < $1.identity.fileName }) else { return }
            let record = try BuildRecord(
                header: about.header(under: file, by: signer, at: secondsNow()), repository: rules.name,
                pkgbase: manifest.pkgbase, version: manifest.version, sourceManifest: manifest.digest,
                environment: SHA256.digest(of: first.contents.untrustedBuildInfo ?? []),
                packages: read.map { try BuildRecord.Package(identity: $0.identity, state: $0.contents.state) })
            let statement = Statement.buildRecord(record)
            for line in StatementWords(statement: statement).lines { print(line) }
            try about.output.write(try statement.sealed(by: key.key).dsseBytes)
            print("signed with \(key.key.publicKey.hex), in \(about.output.output)")
        }

        private func expect(_ key: Ed25519PublicKey, in file: PolicyFile) throws(FileProblem) {
            guard let machine = file.policy.machine(signer) else {
                throw FileProblem(file: file.path, reason: "machines: expected a machine \(signer)")
            }
            guard machine.publicKey == key else {
                throw FileProblem(
                    file: self.key,
                    reason: "public key: expected \(machine.publicKey.hex), which \(file.path) has for \(signer)")
            }
        }
    }
}

/// A package that claims to come out of a build.
private struct BuildOutput {
    let package: ReadPackage

    /// Throws unless everything that the package says of its origin agrees with the sources.
    func expect(from manifest: SourceManifest, in directory: String) throws {
        guard let info = try package.contents.buildInfo() else {
            throw FileProblem(file: package.path, reason: ".BUILDINFO: expected one such member")
        }
        let identity = package.identity
        try expect("pkgbase", package.base, manifest.pkgbase, directory)
        try expect("version", identity.version.text, manifest.version.text, directory)
        try expect(".BUILDINFO: pkgname", info.name, identity.name, nil)
        try expect(".BUILDINFO: pkgbase", info.base, manifest.pkgbase, directory)
        try expect(".BUILDINFO: pkgver", info.version.text, manifest.version.text, directory)
        try expect(".BUILDINFO: pkgarch", info.architecture, identity.architecture, nil)
        guard manifest.architectures(of: identity.name).contains(identity.architecture) else {
            throw FileProblem(
                file: package.path,
                reason: "expected a package that \(directory)/.SRCINFO names, for one of its architectures")
        }
        if let script = manifest.files.first(where: { $0.path == "PKGBUILD" }) {
            try expect(".BUILDINFO: pkgbuild_sha256sum", info.pkgbuildSHA256, script.sha256, directory)
        }
    }

    private func expect<Value: Equatable>(
        _ field: String, _ value: Value, _ expected: Value, _ directory: String?
    ) throws(FileProblem) {
        guard value == expected else {
            let origin = directory.map { " as in \($0)" } ?? ""
            throw FileProblem(file: package.path, reason: "\(field): expected \(expected)\(origin), not \(value)")
        }
    }
}
