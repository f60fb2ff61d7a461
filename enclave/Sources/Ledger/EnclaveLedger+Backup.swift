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

    /// Marks the ledger as one that was restored from a backup: a newer one could have existed.
    ///
    /// The mark goes with the next resumption that is logged.
    public mutating func markRestored(at time: UInt64) throws(LedgerError) {
        try connection.run("INSERT OR IGNORE INTO restoration (id, time) VALUES (0, ?)", .integer(time))
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
