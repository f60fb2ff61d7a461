import ArgumentParser
import Attestation
import Descriptors
import Glibc
import KeyVault

/// Backups of the keys under a backup key that people share: `reposeal-broker backup`.
struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Back up the keys, look at a backup, restore one.",
        discussion: """
            A backup is sealed under a backup key, which 'reposeal-shares new' makes and splits among people on the ceremony \
            host. Some of them together can restore the keys on another host, under another passphrase. The memory of the enclave \
            is backed up by 'reposeal-enclave backup'.
            """,
        subcommands: [BackupCreate.self, BackupInspect.self, BackupVerify.self, BackupRestore.self])
}

/// The file of the backup key.
struct BackupKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of the backup key, from 'reposeal-shares new' or 'combine'; mode 0600.", valueName: "file"))
    var kek: String

    func read() throws(KeyBackupError) -> BackupKey { try BackupKey(file: kek) }
}

extension KeyBackup {
    /// Reads a file; an error names it.
    init(path: String) throws {
        let file = try Descriptor.reading(path)
        guard try file.status().mode & S_IFMT == S_IFREG else {
            throw BackupFileError(
                path: path, problem: "expected the file of a backup of keys; that of the memory is a folder")
        }
        let bytes = try file.readToEnd(limit: Self.maximumByteCount + 1)
        do { try self.init(parsing: bytes) } catch {
            throw BackupFileError(path: path, problem: "\(KeyBackupError.malformed(error))")
        }
    }

    /// What it says of itself, for people.
    var summary: String {
        """
        backup key    \(keyID)
        made          \(Timestamp(seconds: header.time)?.text ?? "at no time that there is")
        log           \(header.logOrigin), epoch \(header.epoch)
        head          \(header.logSize) leaves, root \(header.logRoot)
        policy        \(header.policyVersion)
        \(keyNames.map { "key           \($0)" }.joined(separator: "\n"))
        """
    }
}

/// What is wrong with a file that a backup is, or is made of.
struct BackupFileError: Error, CustomStringConvertible {
    let path: String
    let problem: String

    var description: String { "\(path): \(problem)" }
}
