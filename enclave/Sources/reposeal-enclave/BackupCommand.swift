import ArgumentParser
import Descriptors
import Ledger
import TransparencyLog

/// Copies the memory for another machine: `reposeal-enclave backup`.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the enclave's memory, so that another machine can go on with it.",
        discussion: """
            Makes a folder with the ledger, the policy in force, the newest checkpoint, and a manifest in the form of sha256sum. It \
            holds no key: 'reposeal-broker backup' seals those. The copy is opened and checked like the ledger itself. An enclave \
            goes on only from the newest head that was published, so make one after the last job, and keep the ledger on \
            disks that mirror each other. The enclave must not be running, since one process has the ledger open.

            $ reposeal-enclave backup --state /var/lib/reposeal-enclave --to /mnt/ledger-2026-11-22
            """)

    @OptionGroup var state: StateOptions

    @Option(help: ArgumentHelp("The folder to make.", valueName: "directory"))
    var to: String

    func run() throws {
        let path = "\(to)/\(LedgerBackup.ledger)"
        var folder = try writeLedger(to: path)
        // A copy that somebody puts in place by hand is locked as one that was restored.
        let now = SystemClock.realtimeSeconds()
        let sound = try SoundLedger(path: path) { ledger throws(LedgerError) in try ledger.markRestored(at: now) }
        folder.list(LedgerBackup.ledger, try LedgerBackup.digest(of: path))
        try folder.write(LedgerBackup.policy, sound.policy.bytes)
        try folder.write(LedgerBackup.checkpoint, sound.note)
        try folder.finish()
        print("policy        \(sound.policy.version)")
        print("log           \(sound.head.size) leaves, root \(sound.head.root)")
    }

    private func writeLedger(to path: String) throws -> ExportFolder {
        let ledger = try state.openPresentLedger()
        guard try ledger.currentPolicy() != nil else { throw MonitorError.notProvisioned }
        let folder = try ExportFolder(creating: to)
        do { try ledger.backUp(to: path) } catch { throw MonitorError.file(path, "\(error)") }
        return folder
    }
}
