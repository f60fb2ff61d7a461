import Ledger
import Refusals

/// Whether the enclave may go on since its start: its disk could be an old one (H23).
///
/// What was accepted before waits too: on an old disk another job may have the leaves by now that it would get.
enum StartLock: String {
    /// Nobody has shown yet the newest head of the log that is known outside.
    case waiting = "restart"
    /// The same, of a memory that comes from a backup: sysops confirm its head, whatever the policy says of starts.
    case restored
    /// Somebody showed a head, signed by this log's own key, that the log does not have; for ever, on this disk.
    case contradicted = "checkpoint"
    /// The log is what is known outside.
    case lifted = ""

    /// What is answered to whoever wants something signed; nil if it may be.
    var refusal: Refusal? { self == .lifted ? nil : .enclaveLocked(reason: rawValue) }
}

extension StartLock {
    /// What an enclave with this memory begins with.
    init(of ledger: borrowing EnclaveLedger) throws(LedgerError) {
        if try ledger.isContradicted() {
            self = .contradicted
        } else {
            self = try ledger.restoredAt() == nil ? .waiting : .restored
        }
    }
}
