import CSQLite
import Glibc

/// Why the ledger cannot be opened, read or written.
public enum LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// SQLite refused; `code` is its extended result code (sqlite.org/rescode.html).
    case sqlite(operation: String, code: Int32)
    /// Another process has the ledger open.
    case inUse
    /// The file cannot be made or looked at; `number` is an errno.
    case file(operation: String, number: Int32)
    /// The file is not a regular file that only its owner can read and write.
    case notPrivate
    /// The file is an SQLite database, but none of ours.
    case notALedger
    /// The file was written by another version of the enclave.
    case unknownSchema(found: Int64, known: Int64)
    /// SQLite's integrity check found damage; `finding` is its first line.
    case damaged(finding: String)
    /// A stored field does not hold what it was written as.
    case malformed(field: String, expected: String)
    /// A write would break a rule that the ledger keeps; nothing was written.
    case conflict(rule: String)

    /// The error for an extended result code: that of a locked file means that someone else has the ledger.
    static func failure(_ operation: String, _ code: Int32) -> LedgerError {
        code & 0xff == SQLITE_BUSY ? .inUse : .sqlite(operation: operation, code: code)
    }

    /// Whether the disk had no room for a write, so that nothing of it was written.
    public var isFullDisk: Bool {
        if case .sqlite(_, let code) = self { code & 0xff == SQLITE_FULL } else { false }
    }

    /// Whether the disk failed, or was full; other errors can have their cause in what was to be written.
    public var isOfTheDisk: Bool {
        if case .sqlite(_, let code) = self {
            [SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY].contains(code & 0xff)
        } else {
            false
        }
    }

    /// One sentence.
    public var description: String {
        switch self {
        case .sqlite(let operation, let code):
            "SQLite could not \(operation): \(unsafe String(cString: sqlite3_errstr(code))) (extended result code \(code))"
        case .inUse: "another process has the ledger open"
        case .file(let operation, let number): "\(operation) failed: \(unsafe String(cString: strerror(number)))"
        case .notPrivate: "the ledger must be a regular file of this user that nobody else can read or write"
        case .notALedger: "the file is a database, but not a ledger of this enclave"
        case .unknownSchema(let found, let known):
            "the ledger has schema version \(found), and this program knows version \(known)"
        case .damaged(let finding): "the ledger is damaged: \(finding)"
        case .malformed(let field, let expected): "the ledger's \(field) is not \(expected)"
        case .conflict(let rule): "the ledger refused a write, because \(rule)"
        }
    }
}
