import ArgumentParser
import Descriptors
import JailRecords
import KeyVault
import OpenPGPFormat

/// `reposeal-broker key rotate`.
struct KeyRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make the successor of a key, and say what remains to be done.",
        discussion: """
            The successor has the same use, algorithm and label; that of a subkey asks the same primary key. Both keys are \
            there until the old one is retired. The key of the log cannot change while the log goes on.
            """)

    @Argument(
        help: ArgumentHelp("The fingerprint or public key of the key that is to be succeeded.", valueName: "name"))
    var name: String

    @OptionGroup var vault: VaultOptions

    @OptionGroup var validity: ValidityOptions

    @OptionGroup var opening: PassphraseOptions

    func run() throws {
        guard let old = KeySelector(name: name) else { throw KeyVaultError.noSuchKey(name) }
        let passphrase = try opening.passphrase()
        let succession = try KeySuccession(of: old, in: vault.keys, passphrase: passphrase)
        let now = SystemClock.realtimeSeconds()
        let successor = try succession.successor(
            creationTime: UInt32(clamping: now), until: validity.expirationTime(from: now),
            passphrase: passphrase)
        try successor.write(toDirectory: vault.keys)
        print(successor.selector)
        for (number, step) in steps(succession, from: old, to: successor.selector).enumerated() {
            Remark.write("\(number + 1). \(step)")
        }
    }

    private func steps(_ succession: KeySuccession, from old: KeySelector, to new: KeySelector) -> [String] {
        let restart = "restart the broker, which then has both keys"
        let retire = "retire the old key: reposeal-enclave key retire \(old) --keys \(vault.keys) --confirm \(old)"
        guard succession.use == .openPGP else {
            return [restart, "bring the next policy into force, with answerKey \(new)", retire]
        }
        let certification =
            succession.primary.map { primary in
                [
                    "take \(new).request to the primary key: reposeal key certify \(new).request --primary \(primary)",
                    "bring the certificate back: reposeal-enclave key accept \(new).pub --keys \(vault.keys)",
                ]
            } ?? []
        return certification + [
            restart, "release the keyring with both keys (reposeal keyring), and wait until clients have it",
            "bring the next policy into force, which names both keys and lets \(new) sign",
            "have everything signed again: reposeal refresh --due, until there is nothing to refresh",
            "bring a policy into force that names the old key no more", retire,
        ]
    }
}
