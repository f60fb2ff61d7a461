import ArgumentParser
import Cryptography
import Descriptors
import KeyVault

/// `reposeal-broker key import`.
struct KeyImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Seal a signing key that gpg exported.",
        discussion: """
            Reads what `gpg --export-secret-subkeys FINGERPRINT!` wrote, in binary, RSA or Ed25519, and its certificate with \
            it; the primary key's secret must not be in there. Write the export to memory (tmpfs), and remove it afterwards: \
            a key that was elsewhere may still be there.
            """)

    @Argument(help: ArgumentHelp("gpg's export.", valueName: "file"))
    var file: String

    @OptionGroup var vault: VaultOptions

    @Option(help: ArgumentHelp("Words for people.", valueName: "text"))
    var label = ""

    @Flag(help: "Mark the key as one for demonstrations: it may be used where monitor and broker share a user.")
    var demonstration = false

    @Option(
        help: ArgumentHelp(
            "The file whose first line is the passphrase under which gpg exported; mode 0600.", valueName: "file"))
    var exportPassphraseFile: String?

    @OptionGroup var opening: PassphraseOptions

    func run() throws {
        let passphrase = try opening.passphrase()
        try KeyVault.expect(passphrase, opens: vault.keys)
        let export = try ExportedKey.reading(file)
        var words = try exportPassphraseFile.map { try Passphrase(file: $0).bytes() } ?? []
        defer { wipe(&words) }
        let key = try KeyGeneration(
            importing: export, exportPassphrase: exportPassphraseFile == nil ? nil : words, label: label,
            isDemonstration: demonstration,
            at: SystemClock.realtimeSeconds(), passphrase: passphrase)
        try key.write(toDirectory: vault.keys)
        print(key.selector)
    }
}
