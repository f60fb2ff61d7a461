public import Cryptography

/// A person confirms what time it is, at a head of the log.
public struct ClockConfirmation: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The time, in Unix seconds.
    public let time: UInt64
    /// The size of the log at that time.
    public let logSize: UInt64
    /// The root of the log of that size.
    public let logRoot: SHA256Digest

    /// Puts the parts together; throws for a time past the year 9999.
    public init(
        header: StatementHeader, time: UInt64, logSize: UInt64, logRoot: SHA256Digest
    ) throws(AttestationError) {
        guard time <= Timestamp.maximumSeconds else {
            throw .malformedField(path: "predicate.time", expected: "a time before the year 10000")
        }
        self.header = header
        self.time = time
        self.logSize = logSize
        self.logRoot = logRoot
    }
}

extension ClockConfirmation: Predicate {
    static let name = "clock-confirmation"
    static let fields = ["time", "logSize"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, time: reader.time("time"), logSize: reader.decimal("logSize"), logRoot: subject)
    }

    var members: [String: JSONValue] {
        ["time": .string(Timestamp(seconds: time)?.text ?? ""), "logSize": .string(String(logSize))]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { [("log-\(logSize)", logRoot)] }
    var statement: Statement { .clockConfirmation(self) }
}

/// A person confirms that the log has this head and no later one, for one start of the enclave.
public struct HeadConfirmation: Hashable, Sendable {
    /// How many bytes name a start.
    public static let startByteCount = 16

    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The size of the log.
    public let logSize: UInt64
    /// The root of the log of that size.
    public let logRoot: SHA256Digest
    /// The random bytes by which the enclave names its start, so that no other one goes on by this.
    public let start: [UInt8]

    /// Puts the parts together; throws unless the start has 16 bytes.
    public init(
        header: StatementHeader, logSize: UInt64, logRoot: SHA256Digest, start: [UInt8]
    ) throws(AttestationError) {
        guard start.count == Self.startByteCount else {
            throw .malformedField(path: "predicate.start", expected: "16 bytes")
        }
        self.start = start
        self.header = header
        self.logSize = logSize
        self.logRoot = logRoot
    }
}

extension HeadConfirmation: Predicate {
    static let name = "head-confirmation"
    static let fields = ["logSize", "start"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, logSize: reader.decimal("logSize"), logRoot: subject,
            start: reader.bytes("start", count: Self.startByteCount))
    }

    var members: [String: JSONValue] {
        ["logSize": .string(String(logSize)), "start": .string(Hex.encode(start))]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { [("log-\(logSize)", logRoot)] }
    var statement: Statement { .headConfirmation(self) }
}
