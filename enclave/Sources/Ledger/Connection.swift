import CSQLite

/// An open SQLite database; closed when this value goes.
@safe
struct Connection: ~Copyable {
    let handle: OpaquePointer

    /// Opens an existing file to read and write.
    init(path: String) throws(LedgerError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened = unsafe opened else { throw .sqlite(operation: "open the ledger", code: code) }
        guard code == SQLITE_OK else {
            // sqlite.org/c3ref/open.html: the handle has to be closed whether or not opening worked.
            _ = unsafe sqlite3_close_v2(opened)
            throw .sqlite(operation: "open the ledger", code: code)
        }
        unsafe handle = opened
        _ = unsafe creposeal_sqlite_defend(handle)
    }

    deinit {
        // Statements are shorter-lived than their connection, so there is nothing left that could keep it open.
        _ = unsafe sqlite3_close_v2(handle)
    }

    /// Compiles one statement.
    func prepare(_ sql: StaticString) throws(LedgerError) -> Statement {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(handle, "\(sql)", -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw .failure("prepare a statement", code)
        }
        return unsafe Statement(owning: prepared)
    }

    /// Runs a statement that gives no rows, or whose rows do not matter; returns how many rows it changed.
    @discardableResult
    func run(_ sql: StaticString, _ arguments: SQLValue...) throws(LedgerError) -> Int {
        var statement = try prepare(sql)
        try statement.run(arguments)
        return Int(unsafe sqlite3_changes(handle))
    }

    /// The rows of a statement.
    func rows<Element>(
        _ sql: StaticString, _ arguments: SQLValue...,
        read: (borrowing Statement) throws(LedgerError) -> Element
    ) throws(LedgerError) -> [Element] {
        var statement = try prepare(sql)
        try statement.bind(arguments)
        var elements: [Element] = []
        while try statement.step() { elements.append(try read(statement)) }
        return elements
    }

    /// The row number of the last insertion.
    var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// Does everything in `body` durably, or nothing of it.
    func transaction<Result>(_ body: () throws(LedgerError) -> Result) throws(LedgerError) -> Result {
        try run("BEGIN IMMEDIATE")
        do throws(LedgerError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // Some errors roll back by themselves; then there is nothing left to undo.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try run("ROLLBACK") }
            throw error
        }
    }
}
