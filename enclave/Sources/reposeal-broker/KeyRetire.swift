import ArgumentParser
import JailRecords
import KeyVault

/// `reposeal-broker key retire`.
struct KeyRetire: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Remove a key that nothing needs any more.",
        discussion: """
            Overwrites and removes NAME.key, or removes NAME.token, where the token keeps the key itself; NAME.pub stays. There \
            is no way back but a backup. Retire a key when no policy \
            that is in force or announced names it, `reposeal policy show` says which do: an enclave whose policy names a \
            key that the broker lacks signs nothing. A broker that runs has the key until it is restarted.
            """)

    @Argument(help: ArgumentHelp("The fingerprint or public key.", valueName: "name"))
    var name: String

    @OptionGroup var vault: VaultOptions

    @Option(help: ArgumentHelp("The same name again, as a sign that it is meant.", valueName: "name"))
    var confirm: String

    @Flag(help: "Remove the key of a log, which ends with it: no other key can go on with it.")
    var endOfLog = false

    func run() throws {
        guard confirm == name else { throw KeyVaultError.notConfirmed(name) }
        guard let selector = KeySelector(name: name) else { throw KeyVaultError.noSuchKey(name) }
        if case .token(let object) = try KeyRemoval.retire(selector, in: vault.keys, endingItsLog: endOfLog) {
            Remark.write("The token still has the key itself: \(object)")
        }
        print(selector)
    }
}
