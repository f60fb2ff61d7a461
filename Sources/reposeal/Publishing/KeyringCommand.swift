import ALPMTypes
import ArgumentParser
import Descriptors
import EvidenceSigning
import FoundationEssentials
import OpenPGPFormat
import Policy
import Publisher

/// `reposeal keyring`: what clients need to trust a distribution's repositories.
struct KeyringCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyring",
        abstract: "Write the keyring that clients trust, and a package that brings it.",
        discussion: """
            Writes NAME.gpg, NAME-trusted and NAME-revoked, which pacman-key --populate NAME reads, and a PKGBUILD with its \
            install script, from which makepkg builds NAME-keyring. The package's version is that of the policy. All \
            repository keys of the policy are trusted, also those that no repository names any more: they signed packages \
            that are still there. Clients disable the keys of --revoked, which the policy must name no more.

                $ reposeal keyring --policy policy.json --directory harbour-keyring
                $ cd harbour-keyring && makepkg
            """)

    @Option(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
    var policy: String

    @Option(
        help: ArgumentHelp("Where to write; made if it is not there.", valueName: "directory"), completion: .directory)
    var directory: String

    @Option(help: ArgumentHelp("The keyring's name (default: made from the distribution's).", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("A key that clients must trust no more; may be repeated.", valueName: "fingerprint"))
    var revoked: [String] = []

    @Flag(help: "Replace files that are there already.")
    var force = false

    func run() throws {
        let policy = try PolicyFile(reading: self.policy).policy
        // Two keys of the policy may have one certificate, or two states of it.
        var certificates: [Certificate] = []
        for certificate in policy.enclave.repositoryKeys.map(\.stated.certificate)
        where !certificates.contains(certificate) { certificates.append(certificate) }
        let revoked = try self.revoked.map { text in
            guard let key = try? Fingerprint(parsingHex: text) else {
                throw FileProblem(file: "--revoked", reason: "expected a fingerprint in hexadecimal digits")
            }
            guard !certificates.contains(where: { $0.fingerprint == key }) else {
                throw FileProblem(
                    file: self.policy, reason: "repositoryKeys: expected the key \(key.hex) to be there no more")
            }
            return key
        }
        let name = self.name ?? DistributionKeyring.name(for: policy.distribution)
        guard
            let keyring = DistributionKeyring(
                name: name, distribution: policy.distribution, version: policy.version, certificates: certificates,
                revoked: revoked)
        else {
            throw FileProblem(file: "--name", reason: "expected 1 to 64 lower-case letters, digits, @ . _ + and -")
        }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, bytes) in keyring.files.sorted(by: { $0.key < $1.key }) {
            try WholeFile.write(bytes, to: "\(directory)/\(name)", replacing: force)
        }
        for primary in keyring.trusted { print("\(name): trusts \(primary.hex)") }
    }
}

/// `reposeal client-config`: the lines of pacman.conf.
struct ClientConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client-config",
        abstract: "Print the lines that clients add to pacman.conf.",
        discussion: """
            A section for each repository of the policy, in its order, with every --server. pacman puts the repository's name \
            and the architecture into the addresses itself.

                $ reposeal client-config --policy policy.json --server https://north.example/harbour >>/etc/pacman.conf
            """)

    @Option(help: ArgumentHelp("The compiled policy.", valueName: "file"), completion: .file())
    var policy: String

    @Option(help: ArgumentHelp("The address of a mirror's root; may be repeated.", valueName: "address"))
    var server: [String]

    func validate() throws {
        for address in server where address.contains(where: \.isWhitespace) || !address.contains("://") {
            throw ValidationError("--server: expected an address such as https://north.example/harbour")
        }
    }

    func run() throws {
        let policy = try PolicyFile(reading: self.policy).policy
        let servers = server.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        print(ClientConfiguration(repositories: policy.repositories.map(\.name), servers: servers).text, terminator: "")
    }
}
