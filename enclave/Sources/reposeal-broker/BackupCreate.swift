import ArgumentParser
import Descriptors
import JailRecords
import KeyVault
import Policy
import TransparencyLog

/// `reposeal-broker backup create`.
struct BackupCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Seal all keys, with the policy in force, under the backup key.",
        discussion: """
            Policy and checkpoint are those of 'reposeal-enclave backup'. Each key that the policy names must be among the keys, or \
            be said to be elsewhere, and the checkpoint must be signed by the log key of the policy.
            """)

    @Option(help: ArgumentHelp("The directory of the sealed keys.", valueName: "directory"))
    var keys: String

    @Option(
        help: ArgumentHelp(
            "The file whose first line is the passphrase; mode 0600, a credential of systemd, or - for standard input.",
            valueName: "file"))
    var passphraseFile: String

    @OptionGroup var backupKey: BackupKeyOptions

    @Option(help: ArgumentHelp("The policy in force.", valueName: "file"))
    var policy: String

    @Option(help: ArgumentHelp("The newest checkpoint of the log.", valueName: "file"))
    var checkpoint: String

    @Option(help: ArgumentHelp("A key that the policy names and a token keeps; once for each.", valueName: "key"))
    var elsewhere: [String] = []

    @Option(help: ArgumentHelp("The file to make.", valueName: "file"))
    var output: String

    func run() throws {
        let policyBytes = try Descriptor.reading(policy).readToEnd(limit: 1 << 23)
        let policy: SigningPolicy
        do { policy = try SigningPolicy(parsing: policyBytes) } catch {
            throw BackupFileError(path: self.policy, problem: "\(error)")
        }
        let head = try head(under: policy)
        let header = BackupHeader(
            time: SystemClock.realtimeSeconds(), epoch: policy.enclave.epoch, logOrigin: head.origin,
            logSize: head.size, logRoot: head.root, policyVersion: policy.version, policy: policyBytes)
        let backup = try KeyBackup(
            of: KeyVault(
                directory: keys, passphrase: Passphrase(file: passphraseFile, credentials: credentialsDirectory)),
            inDirectory: keys,
            header: header, under: backupKey.read())
        var inTokens: [String: String] = [:]
        for entry in try KeyEntry.all(in: keys) {
            if case .token(let object) = entry.place { inTokens[entry.selector.description] = object }
        }
        let named =
            [KeySelector.ed25519(policy.enclave.logKey), .ed25519(policy.enclave.answerKey)]
            + policy.enclave.repositoryKeys.map { .openPGP($0.fingerprint) }
        for key in named.map(\.description) where !backup.keyNames.contains(key) && !elsewhere.contains(key) {
            throw inTokens[key].map { KeyBackupError.keyInToken(key, object: $0) } ?? .keyMissing(key)
        }
        let file = try Descriptor.creating(output)
        try file.writeAll(backup.bytes)
        try file.synchronize()
        print(backup.summary)
        for (key, object) in inTokens.sorted(by: { $0.key < $1.key }) {
            Remark.write("Not in the backup, since a token keeps it: \(key) (\(object))")
        }
    }

    /// The head in the checkpoint, which the log key of the policy must have signed.
    private func head(under policy: SigningPolicy) throws -> Checkpoint {
        let bytes = try Descriptor.reading(checkpoint).readToEnd(limit: 1 << 16)
        let key = try NoteKey(name: policy.enclave.logOrigin, key: policy.enclave.logKey)
        guard let note = try? SignedNote(parsing: bytes), note.isSigned(by: key),
            let head = try? Checkpoint(parsing: note.text), head.origin == key.name
        else {
            throw BackupFileError(path: checkpoint, problem: "expected a checkpoint by the log key of \(self.policy)")
        }
        return head
    }
}
