import Descriptors
import Ledger
import Logging
import Refusals
import SigningProtocol
import TransparencyLog

extension Monitor {
    /// What a job is refused with while none is signed.
    var lockRefusal: Refusal? { health.lock.map { .enclaveLocked(reason: $0.rawValue) } }

    /// Signs no job from now on, because of an error.
    mutating func lock(_ reason: LockReason, because error: any Error) {
        health.note(error)
        guard health.locks.insert(reason).inserted else { return }
        logger.critical("signs no job", metadata: ["lock": "\(reason.rawValue)", "reason": "\(error)"])
        // A commit whose end is unknown may have reached the log, and what is answered speaks of the log as it is.
        if reason == .ledger, let reread = try? CompactRange(of: ledger) { log = reread }
    }

    /// Locks for an error of the ledger: a full disk until there is room, anything else until the next start.
    mutating func lock(because error: LedgerError) { lock(error.isFullDisk ? .disk : .ledger, because: error) }

    /// Locks while the disk has no room for a job of so many bytes, and unlocks when it has.
    ///
    /// A job is written four times before old space is used again: as intent and as entries, each in the WAL and the ledger.
    /// What came of a large request gives way to it.
    mutating func checkDisk(forJobOf byteCount: Int = 0) {
        do throws(LedgerError) {
            let needed = 4 * UInt64(byteCount) + DiskReserve.byteCount
            if try !hasRoom(needed) { freeSpool() }
            guard try hasRoom(needed) else { return lock(.disk, because: FullDisk(needed: needed)) }
        } catch {
            return lock(.disk, because: error)
        }
        if health.locks.remove(.disk) != nil { logger.notice("the disk has room again") }
    }

    private func hasRoom(_ byteCount: UInt64) throws(LedgerError) -> Bool {
        guard try health.reserve.take() else { return false }
        return try health.reserve.freeBytes() >= byteCount
    }

    /// Throws away what came of a large request; what is still needed of it comes again.
    func freeSpool() { try? FileSystem.remove(spoolPath) }
}

/// The disk has less room than is wanted before a job is accepted.
private struct FullDisk: Error, CustomStringConvertible {
    let needed: UInt64
    var description: String { "the disk has less than \(needed) bytes free besides the reserve" }
}

extension CompactRange {
    /// The log that a ledger holds.
    init(of ledger: borrowing EnclaveLedger) throws(LedgerError) {
        self.init()
        for hash in try ledger.leafHashes(0..<ledger.logSize()) { append(hash) }
    }
}
