import ArgumentParser
import Descriptors
import KeyVault
import OpenPGPFormat

/// `reposeal-broker key accept`.
struct KeyAccept: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Take the certificate that answers a certification request.",
        discussion: """
            Checks that the primary key binds a subkey that is here, that the subkey asked for it, and that it has not \
            expired, and keeps the certificate as NAME.pub. Needs no passphrase.
            """)

    @Argument(help: ArgumentHelp("The certificate, in binary.", valueName: "certificate"))
    var certificate: String

    @OptionGroup var vault: VaultOptions

    func run() throws {
        let accepted = try Certification.accept(
            CertificateInput.read(certificate), in: vault.keys, at: SystemClock.realtimeSeconds())
        for key in accepted { print(key) }
    }
}
