import ArgumentParser
import Descriptors
import KeyVault
import OpenPGPFormat

/// `reposeal-broker key request`.
struct KeyRequest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Ask the primary key once more to certify a subkey.",
        discussion: """
            Writes NAME.request, as `key generate --primary` does, such as for a later expiry. The subkey stays the same, \
            and with it what it signed.
            """)

    @Argument(help: ArgumentHelp("The subkey's fingerprint.", valueName: "name"))
    var name: String

    @OptionGroup var vault: VaultOptions

    @Option(help: ArgumentHelp("The certificate of the primary key.", valueName: "file"))
    var primary: String

    @OptionGroup var validity: ValidityOptions

    @OptionGroup var opening: PassphraseOptions

    func run() throws {
        guard let key = try? Fingerprint(parsingHex: name) else { throw KeyVaultError.noSuchKey(name) }
        _ = try Certification.request(
            for: key, in: vault.keys, to: CertificateInput.read(primary),
            until: validity.expirationTime(from: SystemClock.realtimeSeconds()), passphrase: opening.passphrase())
        print(key)
    }
}
