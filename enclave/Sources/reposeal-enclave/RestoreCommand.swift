import ArgumentParser
import Cryptography
import Descriptors
import Ledger
import TransparencyLog

/// Makes a memory of a backup: `reposeal-enclave restore`.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup of the memory into an empty directory, marked as restored.",
        discussion: """
            The files must be those of the manifest, the ledger sound, its leaves those of its newest checkpoint, and that signed by \
            the log key of the policy in it. An enclave with this memory is locked until the policy quorum confirms its head as \
            the newest one that was published ('reposeal approve head'), even if the policy trusts the scheduler with that. Where a \
            larger head is shown, this backup is too old and the lock stays for ever: restore a newer one.

            $ reposeal-enclave restore --from /mnt/ledger-2026-11-22 --state /var/lib/reposeal-enclave
            """)

    @OptionGroup var state: StateOptions

    @Option(help: ArgumentHelp("The folder that 'reposeal-enclave backup' made.", valueName: "directory"))
    var from: String

    func run() throws {
        let path = "\(state.state)/\(LedgerBackup.ledger).restoring"
        let own = ["", "-wal", "-shm"].map { path + $0 }
        // Of a restore that was cut off.
        for file in own where FileSystem.exists(file) { try FileSystem.remove(file) }
        guard try FileSystem.names(inDirectory: state.state).isEmpty else {
            throw MonitorError.file(state.state, "expected an empty directory")
        }
        let manifest = try LedgerBackup.manifest(of: from)
        do {
            try restore(by: manifest, through: path)
        } catch {
            for file in own { try? FileSystem.remove(file) }
            throw error
        }
    }

    private func restore(by manifest: [String: SHA256Digest], through path: String) throws {
        guard try LedgerBackup.copy("\(from)/\(LedgerBackup.ledger)", to: path) == manifest[LedgerBackup.ledger] else {
            throw changed(LedgerBackup.ledger)
        }
        let now = SystemClock.realtimeSeconds()
        let sound: SoundLedger
        do {
            sound = try SoundLedger(path: path) { ledger throws(LedgerError) in try ledger.markRestored(at: now) }
        } catch let error as MonitorError {
            guard case .file(path, let finding) = error else { throw error }
            throw MonitorError.file("\(from)/\(LedgerBackup.ledger)", finding)
        }
        for (name, bytes) in [(LedgerBackup.policy, sound.policy.bytes), (LedgerBackup.checkpoint, sound.note)] {
            let given = try Descriptor.reading("\(from)/\(name)").readToEnd(limit: 1 << 24)
            guard SHA256.digest(of: given) == manifest[name] else { throw changed(name) }
            guard given == bytes else { throw MonitorError.file("\(from)/\(name)", "expected what the ledger has") }
        }
        try FileSystem.rename(path, to: state.ledgerPath)
        try FileSystem.synchronizeDirectory(state.state)
        print("policy        \(sound.policy.version)")
        print("log           \(sound.head.size) leaves, root \(sound.head.root)")
        print("Locked until the policy quorum confirms that this is the newest head that was published.")
    }

    private func changed(_ name: String) -> MonitorError {
        .file("\(from)/\(name)", "expected the bytes whose digest the manifest gives")
    }
}
