import ALPMTypes
import Foundation
import OpenPGPFormat
import Publisher
import TestSupport
import Testing

@Suite struct DistributionKeyringTests {
    private static func keyring(_ gpg: GnuPGHome, revoked: [String] = []) throws -> (DistributionKeyring, key: String) {
        let key = try gpg.generateKey("repository <r@example.org>", algorithm: "ed25519")
        let certificate = try Certificate(parsing: gpg.exportCertificate(key))
        let keyring = try #require(
            DistributionKeyring(
                name: "harbour", distribution: "Harbour's \"Linux\"", version: 3, certificates: [certificate],
                revoked: try revoked.map { try Fingerprint(parsingHex: $0) }))
        return (keyring, key)
    }

    @Test("makepkg builds the package, and it brings the three files where pacman-key looks for them")
    func builds() throws {
        let (keyring, key) = try Self.keyring(GnuPGHome(), revoked: [String(repeating: "AB", count: 20)])
        let folder = try TemporaryDirectory(permissions: 0o755)
        for (name, bytes) in keyring.files { try folder.write(name, bytes) }
        let packages = try Makepkg.build(in: folder)
        #expect(packages.map { URL(filePath: $0).lastPathComponent } == ["harbour-keyring-3-1-any.pkg.tar.gz"])
        func member(_ name: String) throws -> Data {
            try Tool("bsdtar", "-xOf", packages[0], "usr/share/pacman/keyrings/\(name)").run().output
        }
        for name in ["harbour.gpg", "harbour-trusted", "harbour-revoked"] {
            #expect(try Array(member(name)) == keyring.files[name])
        }
        #expect(String(decoding: try member("harbour-trusted"), as: UTF8.self) == "\(key):4:\n")
        let script = try Tool("bsdtar", "-xOf", packages[0], ".INSTALL").run().text
        #expect(script.contains("usr/bin/pacman-key --populate harbour\n"))
    }

    @Test(
        "a keyring's name is made of what a package may be called",
        arguments: [("Harbour Linux", "harbour-linux"), ("Öl & Söhne 2", "l-s-hne-2"), ("∅", "distribution")])
    func names(distribution: String, name: String) {
        #expect(DistributionKeyring.name(for: distribution) == name)
        #expect(Self.isTaken(name))
    }

    @Test(
        "a name that a shell or pacman could read otherwise is none",
        arguments: ["", "a b", "-a", ".a", "A", "a/b", "a'"])
    func refusesName(name: String) { #expect(!Self.isTaken(name)) }

    private static func isTaken(_ name: String) -> Bool {
        DistributionKeyring(name: name, distribution: "x", version: 1, certificates: [], revoked: []) != nil
    }

    @Test("pacman reads the client's lines: signatures required, and every server of each repository")
    func clientLines() throws {
        let folder = try TemporaryDirectory()
        let configuration = ClientConfiguration(
            repositories: try ["core", "extra"].map { try RepositoryName(parsing: $0) },
            servers: ["https://a.example/harbour", "https://b.example"])
        let file = try folder.write(
            "pacman.conf", text: "[options]\nArchitecture = x86_64\nSigLevel = Never\n\n" + configuration.text)
        let read = try Tool("pacman-conf", "--config", file, "--repo", "extra").run()
        #expect(
            Set(read.text.split(separator: "\n").filter { !$0.hasPrefix("Usage") }) == [
                "Server = https://a.example/harbour/extra/os/x86_64", "Server = https://b.example/extra/os/x86_64",
                "SigLevel = PackageRequired", "SigLevel = PackageTrustedOnly", "SigLevel = DatabaseRequired",
                "SigLevel = DatabaseTrustedOnly",
            ])
        #expect(try Tool("pacman-conf", "--config", file, "--repo-list").run().text == "core\nextra\n")
    }
}
