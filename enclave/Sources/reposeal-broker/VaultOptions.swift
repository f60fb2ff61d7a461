import ArgumentParser
import KeyVault

/// Where the sealed keys are.
struct VaultOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The directory of the sealed keys.", valueName: "directory"))
    var keys: String
}

/// What opens them.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file whose first line is the passphrase; mode 0600, a credential of systemd, or - for standard input.",
            valueName: "file"))
    var passphraseFile: String

    func passphrase() throws(KeyVaultError) -> Passphrase {
        try Passphrase(file: passphraseFile, credentials: credentialsDirectory)
    }
}
