import ByteCoding
import CSQLite

/// A column that is read or written from its beginning on, piece by piece, so that it is never held whole.
///
/// It must be closed before its connection (sqlite.org/c3ref/blob_open.html).
@safe
final class Blob: ByteSource {
    /// Which columns are so large.
    enum Column {
        case intentEncoding

        fileprivate var names: (table: StaticString, column: StaticString) {
            switch self {
            case .intentEncoding: ("intent", "encoding")
            }
        }
    }

    private static let pieceByteCount = 1 << 16

    /// How many bytes are still to be read or written.
    private(set) var remaining = 0
    /// What went wrong first.
    private(set) var failure: LedgerError?
    private var handle: OpaquePointer?
    private var position = 0

    /// Nothing.
    init() {}

    init(
        _ column: Column, row: Int64, of connection: borrowing Connection, isWritten: Bool = false
    ) throws(LedgerError) {
        let (table, name) = column.names
        unsafe handle = try connection.openBlob(table, name, row: row, isWritten: isWritten)
        remaining = Int(unsafe sqlite3_blob_bytes(handle))
    }

    deinit { close() }

    func close() {
        _ = unsafe sqlite3_blob_close(handle)
        unsafe handle = nil
    }

    func next() -> [UInt8] {
        let count = min(remaining, Self.pieceByteCount)
        guard count > 0, failure == nil else { return [] }
        var code = SQLITE_OK
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: count) { room, initialized in
            code = unsafe sqlite3_blob_read(handle, room.baseAddress, Int32(count), Int32(position))
            initialized = code == SQLITE_OK ? count : 0
        }
        advance(by: count, "read a blob", code)
        return piece
    }

    func write(_ piece: [UInt8]) {
        guard failure == nil else { return }
        advance(
            by: piece.count, "write a blob",
            unsafe sqlite3_blob_write(handle, piece, Int32(piece.count), Int32(position)))
    }

    private func advance(by count: Int, _ operation: String, _ code: Int32) {
        if code != SQLITE_OK { failure = .failure(operation, code) }
        position += count
        remaining -= count
    }
}

extension Connection {
    fileprivate func openBlob(
        _ table: StaticString, _ column: StaticString, row: Int64, isWritten: Bool
    ) throws(LedgerError) -> OpaquePointer? {
        var opened: OpaquePointer?
        let code = unsafe sqlite3_blob_open(
            handle, "main", "\(table)", "\(column)", row, isWritten ? 1 : 0, &opened)
        guard code == SQLITE_OK else { throw .failure("open a blob", code) }
        return unsafe opened
    }
}
