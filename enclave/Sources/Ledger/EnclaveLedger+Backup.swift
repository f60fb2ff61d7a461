import Glibc

/// Copies for another machine, and what such a copy remembers of being one.
extension EnclaveLedger {
    /// Writes all rows into a new ledger at a path, whole and durable (VACUUM INTO of sqlite.org/lang_vacuum.html).
    ///
    /// What was removed from this one is not in the copy, and free pages are not.
    public func backUp(to path: String) throws(LedgerError) {
        try LedgerFile.prepare(path)
        try connection.run("VACUUM INTO ?", .text(path))
        try LedgerFile.synchronize(path)
    }

    /// Marks the ledger as a backup, or as one that was restored from it: a newer one could have existed.
    ///
    /// Open intents go: their evidence was verified on another disk, which nobody can vouch for here, and whoever waits asks
    /// again. The mark goes with the next resumption that is logged; it is in the file itself when this returns.
    public mutating func markRestored(at time: UInt64) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            try connection.run("DELETE FROM intent")
            try connection.run("INSERT OR IGNORE INTO restoration (id, time) VALUES (0, ?)", .integer(time))
        }
        let isBusy = try connection.rows("PRAGMA wal_checkpoint(TRUNCATE)") { row in row.integer(0) }
        guard isBusy == [0], try restoredAt() != nil else {
            throw .damaged(finding: "the ledger does not keep the mark that it comes from a backup")
        }
    }

    /// When the ledger was restored, in Unix seconds; nil if it was not, or if its head was confirmed since.
    public func restoredAt() throws(LedgerError) -> UInt64? {
        try connection.rows("SELECT time FROM restoration") { row in row.integer(0) }.first
    }
}

extension LedgerFile {
    /// Waits until a closed file and its name are on the disk.
    static func synchronize(_ path: String) throws(LedgerError) {
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(operation: "open", number: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(operation: "fsync", number: errno) }
        try synchronizeDirectory(of: path)
    }
}
