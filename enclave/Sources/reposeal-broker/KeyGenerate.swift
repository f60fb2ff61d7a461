import ArgumentParser
import Cryptography
import Descriptors
import JailRecords
import KeyVault
import OpenPGPFormat
import TransparencyLog

/// `reposeal-broker key generate`.
struct KeyGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a key, seal it, and print its fingerprint or public key.",
        discussion: """
            Writes NAME.key, sealed under the passphrase, and NAME.pub: a binary OpenPGP certificate, or the public \
            key in hexadecimal. NAME is what is printed. Each key has one use; keys of the log and of the answers are \
            Ed25519.

            With --primary the key is a signing subkey, and NAME.request is written instead: take it to where the \
            primary key is, certify it with `reposeal key certify`, and bring the certificate to `key accept`.
            """)

    enum Use: String, ExpressibleByArgument, CaseIterable {
        case openpgp, log, answer
    }

    enum Algorithm: String, ExpressibleByArgument, CaseIterable {
        case ed25519, rsa4096
    }

    @OptionGroup var vault: VaultOptions

    @Option(help: "What the key may sign.")
    var use: Use

    @Option(help: "The key's algorithm.")
    var algorithm: Algorithm

    @Option(
        help: ArgumentHelp(
            "The user ID of an OpenPGP key, such as 'Name <address>'; the origin of a log; words for people otherwise.",
            valueName: "text"))
    var label: String?

    @OptionGroup var certification: OptionalCertificationOptions

    @Flag(help: "Mark the key as one for demonstrations: it may be used where monitor and broker share a user.")
    var demonstration = false

    @OptionGroup var opening: PassphraseOptions

    func validate() throws {
        if certification.primary == nil, label == nil {
            throw ValidationError("Missing expected argument '--label <text>'")
        }
        if certification.primary != nil, use != .openpgp { throw ValidationError("--primary is for --use openpgp") }
    }

    func run() throws {
        let passphrase = try opening.passphrase()
        try KeyVault.expect(passphrase, opens: vault.keys)
        if let primary = try certification.primaryCertificate() {
            return try generateSubkey(of: primary, passphrase)
        }
        if use != .openpgp, algorithm != .ed25519 { throw KeyVaultError.algorithmNotAllowed }
        if use == .log { try check(origin: givenLabel) }
        let key = try KeyGeneration(
            use: use.keyUse, algorithm: algorithm.keyAlgorithm, label: givenLabel,
            isDemonstration: demonstration, creationTime: UInt32(clamping: SystemClock.realtimeSeconds()),
            passphrase: passphrase)
        try key.write(toDirectory: vault.keys)
        print(key.selector)
    }

    private var givenLabel: String { label ?? "" }

    private func generateSubkey(of primary: Certificate, _ passphrase: borrowing Passphrase) throws {
        let now = SystemClock.realtimeSeconds()
        let key = try KeyGeneration(
            subkeyOf: primary, until: certification.expirationTime(from: now), algorithm: algorithm.keyAlgorithm,
            label: givenLabel, isDemonstration: demonstration, creationTime: UInt32(clamping: now),
            passphrase: passphrase)
        try key.write(toDirectory: vault.keys)
        print(key.selector)
    }

    private func check(origin label: String) throws(KeyVaultError) {
        do throws(TransparencyLogError) {
            _ = try Checkpoint(origin: label, size: 0, root: SHA256.digest(of: []))
        } catch {
            switch error {
            case .malformed(_, let expected): throw .label(expected: expected)
            }
        }
    }
}

extension KeyGenerate.Use {
    var keyUse: KeyUse {
        switch self {
        case .openpgp: .openPGP
        case .log: .log
        case .answer: .answer
        }
    }

    init(_ use: KeyUse) {
        switch use {
        case .openPGP: self = .openpgp
        case .log: self = .log
        case .answer: self = .answer
        }
    }
}

extension KeyGenerate.Algorithm {
    var keyAlgorithm: KeyAlgorithm { self == .ed25519 ? .ed25519 : .rsa }

    init(_ algorithm: KeyAlgorithm) { self = algorithm == .ed25519 ? .ed25519 : .rsa4096 }
}
