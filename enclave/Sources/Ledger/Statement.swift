import CSQLite

/// A value that a statement is given.
enum SQLValue {
    case integer(UInt64)
    case row(Int64)
    case text(String)
    case blob([UInt8])
    case null

    /// A blob, or nothing.
    static func optional(_ bytes: [UInt8]?) -> SQLValue { bytes.map(SQLValue.blob) ?? .null }
}

/// A compiled statement; released when this value goes, and always before its connection.
@safe
struct Statement: ~Copyable {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { _ = unsafe sqlite3_finalize(handle) }

    /// Sets all parameters and goes before the first row.
    mutating func bind(_ arguments: [SQLValue]) throws(LedgerError) {
        // What sqlite3_reset returns is the error of the last step, which was thrown then.
        _ = unsafe sqlite3_reset(handle)
        for (position, argument) in zip(Int32(1)..., arguments) {
            let code =
                switch argument {
                case .integer(let value): unsafe sqlite3_bind_int64(handle, position, try Self.stored(value))
                case .row(let value): unsafe sqlite3_bind_int64(handle, position, value)
                case .text(let text):
                    unsafe creposeal_sqlite_bind_text(handle, position, text, Int32(text.utf8.count))
                case .blob(let bytes): unsafe creposeal_sqlite_bind_blob(handle, position, bytes, Int32(bytes.count))
                case .null: unsafe sqlite3_bind_null(handle, position)
                }
            guard code == SQLITE_OK else { throw .sqlite(operation: "bind a value", code: code) }
        }
    }

    /// Goes to the next row; false after the last one.
    mutating func step() throws(LedgerError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw .failure("run a statement", code)
        }
    }

    /// Runs to the end, with the rows left unread.
    mutating func run(_ arguments: [SQLValue]) throws(LedgerError) {
        try bind(arguments)
        while try step() {}
        _ = unsafe sqlite3_reset(handle)
    }

    /// A column of the current row that holds a number written from a `UInt64`.
    func integer(_ column: Int32) -> UInt64 { UInt64(clamping: row(column)) }

    /// A column of the current row that holds a row number.
    func row(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// A column of the current row that holds text.
    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A column of the current row that holds bytes.
    func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe buffer.baseAddress?.update(from: start.assumingMemoryBound(to: UInt8.self), count: count)
            initialized = count
        }
    }

    /// A column of the current row that holds bytes or nothing.
    func optionalBlob(_ column: Int32) -> [UInt8]? {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : blob(column)
    }

    /// A column of the current row that holds an integer or nothing.
    func optionalInteger(_ column: Int32) -> UInt64? {
        unsafe sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
    }

    private static func stored(_ value: UInt64) throws(LedgerError) -> Int64 {
        guard let stored = Int64(exactly: value) else {
            throw .malformed(field: "number", expected: "below 2^63, the largest that SQLite holds")
        }
        return stored
    }
}
