import ArgumentParser
import Descriptors
import KeyVault

/// `reposeal-broker backup inspect`.
struct BackupInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print what a backup says of itself, without its key.",
        discussion: "Nothing of it is proved before 'backup verify' or 'backup restore' has opened the backup.")

    @Argument(help: "The backup.")
    var file: String

    func run() throws { print(try KeyBackup(path: file).summary) }
}

/// `reposeal-broker backup verify`.
struct BackupVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Open a backup and see that each key in it is the one that it lists; nothing is written.")

    @OptionGroup var backupKey: BackupKeyOptions

    @Argument(help: "The backup.")
    var file: String

    func run() throws {
        let backup = try KeyBackup(path: file)
        let keys = try backup.open(path: file, with: backupKey.read())
        print(backup.summary)
        print("All \(keys.count) keys can be restored.")
    }
}

/// `reposeal-broker backup restore`.
struct BackupRestore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put the keys of a backup into an empty directory, sealed under another passphrase.",
        discussion: """
            Writes what 'key generate' writes for each key, and the policy of the backup as policy.json. Nothing is written unless \
            everything is as it was sealed.
            """)

    @OptionGroup var backupKey: BackupKeyOptions

    @Argument(help: "The backup.")
    var file: String

    @Option(help: ArgumentHelp("The empty directory for the sealed keys.", valueName: "directory"))
    var keys: String

    @Option(
        help: ArgumentHelp(
            "The file whose first line is the new passphrase; mode 0600, a credential of systemd, or - for standard input.",
            valueName: "file"))
    var passphraseFile: String

    func run() throws {
        let backup = try KeyBackup(path: file)
        try backup.open(path: file, with: backupKey.read()).write(
            policy: backup.header.policy, toDirectory: keys,
            passphrase: Passphrase(file: passphraseFile, credentials: credentialsDirectory))
        print(backup.summary)
        print("All keys are restored in \(keys).")
    }
}

extension KeyBackup {
    /// Opens it; what is wrong with the backup names its file.
    fileprivate func open(path: String, with key: consuming BackupKey) throws -> [BackedUpKey] {
        do { return try open(with: key) } catch { throw BackupFileError(path: path, problem: "\(error)") }
    }
}
