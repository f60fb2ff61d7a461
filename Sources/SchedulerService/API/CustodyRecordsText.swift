import Cryptography
import Custody

/// The bytes of the `CustodyRecordsDocument` of some records, in pieces that are made when they are wanted: the records are
/// what lies in memory, and not their Base64, too.
struct CustodyRecordsText: Sequence, IteratorProtocol {
    /// How many bytes become one piece; a multiple of three, so that pieces of Base64 join.
    private static let pieceSize = 3 << 16

    private let records: CustodyRecords
    private var names: ArraySlice<String>
    private var rest: ArraySlice<UInt8> = []
    private var before = #"{"records":{"#
    private var after: String?

    /// The text of records, whose names have no character that JSON would write otherwise.
    init(_ records: CustodyRecords) {
        self.records = records
        names = records.names[...]
        after = names.isEmpty ? "\(before)}}\n" : "\"}}\n"
    }

    mutating func next() -> [UInt8]? {
        if !rest.isEmpty {
            defer { rest = rest.dropFirst(Self.pieceSize) }
            return Array(Base64.encode(Array(rest.prefix(Self.pieceSize))).utf8)
        }
        if let name = names.popFirst() {
            defer { before = "\"," }
            rest = (records[name] ?? [])[...]
            return Array("\(before)\"\(name)\":\"".utf8)
        }
        defer { after = nil }
        return after.map { Array($0.utf8) }
    }
}
