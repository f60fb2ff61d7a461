/// A refusal that the enclave gave.
public struct StoredRefusal: Hashable, Sendable {
    /// Its number, counted from 0 since the ledger was made.
    public var number: UInt64
    /// When it was given, in Unix seconds.
    public var time: UInt64
    /// What was refused and why, in one line.
    public var text: String
}

extension EnclaveLedger {
    /// How many refusals are kept; a new one overwrites the oldest, so that refusals cannot fill the disk.
    public static var refusalCapacity: UInt64 { 1000 }
    /// The longest text that is kept of a refusal, in bytes of UTF-8.
    public static var refusalTextLimit: Int { 1024 }

    /// Remembers a refusal; of a longer text only the beginning.
    public mutating func recordRefusal(_ text: String, time: UInt64) throws(LedgerError) {
        try connection.transaction { () throws(LedgerError) in
            let newest = try refusals(atMost: 1).first
            let number = newest.map { $0.number + 1 } ?? 0
            let kept = String(decoding: text.utf8.prefix(Self.refusalTextLimit), as: UTF8.self)
            try connection.run(
                "INSERT OR REPLACE INTO refusal (slot, number, time, text) VALUES (?, ?, ?, ?)",
                .integer(number % Self.refusalCapacity), .integer(number), .integer(time), .text(kept))
        }
    }

    /// The newest refusals, newest first.
    public func refusals(atMost count: Int) throws(LedgerError) -> [StoredRefusal] {
        try connection.rows(
            "SELECT number, time, text FROM refusal ORDER BY number DESC LIMIT ?", .row(Int64(count))
        ) { row in StoredRefusal(number: row.integer(0), time: row.integer(1), text: row.text(2)) }
    }
}
