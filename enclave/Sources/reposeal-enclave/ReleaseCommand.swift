import ArgumentParser
import Cryptography
import Ledger

/// Shows and lifts quarantine: `reposeal-enclave release`.
struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "List the jobs in quarantine, or let one be asked for again.",
        discussion: """
            A job that failed at every attempt is refused from then on, and nothing of it was signed. Find out what its last \
            error means before you release it. The enclave must not be running, since one process has the ledger open.

            $ reposeal-enclave release --state /var/lib/reposeal
            $ reposeal-enclave release --state /var/lib/reposeal 6d1a...
            """)

    @OptionGroup var state: StateOptions

    @Argument(help: "The hash of the job; without it the jobs are listed.")
    var job: String?

    func run() throws {
        var ledger = try state.openPresentLedger()
        guard let job else {
            for quarantined in try ledger.quarantinedJobs() {
                print("\(quarantined.job)  \(quarantined.time.text)  \(quarantined.reason)")
            }
            return
        }
        guard let hash = try? SHA256Digest(parsingHex: job) else {
            throw ValidationError("expected the hash of a job, 64 lower-case hexadecimal digits")
        }
        guard try ledger.release(hash) else {
            throw MonitorError.file(state.ledgerPath, "\(hash) is not in quarantine")
        }
        print("\(hash) can be asked for again.")
    }
}
