public import Cryptography

/// A leaf of the transparency log.
public struct LogLeaf: Hashable, Sendable {
    /// What was logged.
    public var bytes: [UInt8]
    /// RFC 6962's leaf hash of it.
    public var hash: SHA256Digest

    /// Puts the parts together; the hash is the caller's claim.
    public init(bytes: [UInt8], hash: SHA256Digest) {
        self.bytes = bytes
        self.hash = hash
    }
}

/// Leaves for the end of the log, and the note that is signed over the log with them.
public struct LogAppend: Hashable, Sendable {
    /// The size of the log before, which is the position of the first new leaf.
    public var firstPosition: UInt64
    /// The new leaves in order.
    public var leaves: [LogLeaf]
    /// The signed note over the log with these leaves.
    public var checkpoint: [UInt8]

    /// Puts the parts together.
    public init(firstPosition: UInt64, leaves: [LogLeaf], checkpoint: [UInt8]) {
        self.firstPosition = firstPosition
        self.leaves = leaves
        self.checkpoint = checkpoint
    }
}

extension EnclaveLedger {
    /// How many leaves the log has.
    public func logSize() throws(LedgerError) -> UInt64 {
        try connection.rows("SELECT coalesce(max(position) + 1, 0) FROM leaf") { row in row.integer(0) }.first ?? 0
    }

    /// The bytes of the leaves from a position on, at most so many.
    public func leaves(from position: UInt64, atMost count: Int) throws(LedgerError) -> [[UInt8]] {
        guard position <= UInt64(Int64.max) else { return [] }
        return try connection.rows(
            "SELECT bytes FROM leaf WHERE position >= ? ORDER BY position LIMIT ?",
            .integer(position), .row(Int64(count))
        ) { row in row.blob(0) }
    }

    /// The hashes of the leaves at these positions, in order; fewer if the log ends before.
    public func leafHashes(_ range: Range<UInt64>) throws(LedgerError) -> [SHA256Digest] {
        try connection.rows(
            "SELECT hash FROM leaf WHERE position >= ? AND position < ? ORDER BY position",
            .integer(range.lowerBound), .integer(range.upperBound)
        ) { row throws(LedgerError) in try row.digest(0, "leaf hash") }
    }

    /// The newest signed note; empty before the first one.
    public func checkpoint() throws(LedgerError) -> [UInt8] {
        try connection.rows("SELECT checkpoint FROM head") { row in row.blob(0) }.first ?? []
    }

    /// The latest time that was ever written, in Unix seconds; 0 before the first.
    public func lastTime() throws(LedgerError) -> UInt64 {
        try connection.rows("SELECT last_time FROM head") { row in row.integer(0) }.first ?? 0
    }

    /// Writes down that this moment has passed; an earlier one than the last changes nothing.
    public mutating func raiseLastTime(to time: UInt64) throws(LedgerError) { try raiseTime(to: time) }

    func raiseTime(to time: UInt64) throws(LedgerError) {
        try connection.run("UPDATE head SET last_time = max(last_time, ?)", .integer(time))
    }

    func appendToLog(_ log: LogAppend) throws(LedgerError) {
        let size = try logSize()
        guard log.firstPosition == size else {
            throw .conflict(rule: "the log has \(size) leaves and not \(log.firstPosition)")
        }
        var insertion = try connection.prepare("INSERT INTO leaf (position, hash, bytes) VALUES (?, ?, ?)")
        for (position, leaf) in zip(size..., log.leaves) {
            try insertion.run([.integer(position), .blob(leaf.hash.bytes), .blob(leaf.bytes)])
        }
        try connection.run("UPDATE head SET checkpoint = ?", .blob(log.checkpoint))
    }
}
