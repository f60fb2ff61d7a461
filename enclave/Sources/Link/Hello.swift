import ByteCoding
public import Cryptography

/// Which end of the link one is.
public enum LinkRole: UInt8, Sendable {
    /// The side that asks.
    case scheduler = 1
    /// The side that answers.
    case enclave = 2
}

/// What a side holds of a message whose transfer was interrupted.
public struct PartialMessage: Hashable, Sendable {
    /// Which message it is.
    public var identity: SHA256Digest
    /// How many bytes of its encoded body are kept.
    public var byteCount: UInt64

    /// Puts the parts together.
    public init(identity: SHA256Digest, byteCount: UInt64) {
        self.identity = identity
        self.byteCount = byteCount
    }
}

/// What each side says of itself before anything else; nothing in it is authenticated.
public struct Hello: Hashable, Sendable {
    /// The versions of the link that this program speaks.
    public static let versions: ClosedRange<UInt16> = 2...2
    private static let magic = Array("RSHELLO1".utf8)

    /// Which end of the link this is.
    public var role: LinkRole
    /// The largest message that this side takes, in bytes.
    public var maximumMessageBytes: UInt64
    /// What this side's codec makes of the fixed text.
    public var codecID: SHA256Digest
    /// The name and version of the library under the codec; at most 32 bytes.
    public var codecLibrary: String
    /// The version of this side's program; at most 32 bytes.
    public var programVersion: String
    /// The origin of the log that this side means; at most 255 bytes.
    public var logOrigin: String
    /// The epoch of the enclave that this side means.
    public var epoch: UInt64
    /// The root of the newest log that this side knows.
    public var logRoot: SHA256Digest
    /// The size of the newest log that this side knows; 0 if it knows none.
    public var logSize: UInt64
    /// What this side holds of a message that was interrupted.
    public var partial: PartialMessage?
    /// The largest payload of a frame that this side takes.
    var maximumPayload = UInt16(Frame.maximumPayload)
    /// How many frames this side takes before it acknowledges one.
    var window: UInt16 = 64

    /// Puts the parts together.
    public init(
        role: LinkRole, maximumMessageBytes: UInt64, codecID: SHA256Digest, codecLibrary: String,
        programVersion: String, logOrigin: String, epoch: UInt64, logRoot: SHA256Digest, logSize: UInt64,
        partial: PartialMessage? = nil
    ) {
        self.role = role
        self.maximumMessageBytes = maximumMessageBytes
        self.codecID = codecID
        self.codecLibrary = codecLibrary
        self.programVersion = programVersion
        self.logOrigin = logOrigin
        self.epoch = epoch
        self.logRoot = logRoot
        self.logSize = logSize
        self.partial = partial
    }

    /// Writes the payload of a HELLO frame; texts that are too long are cut, since they only inform.
    func encode(into writer: inout ByteWriter, nonce: UInt64, echo: UInt64) {
        writer.fixed(Self.magic)
        writer.integer(Self.versions.lowerBound)
        writer.integer(Self.versions.upperBound)
        writer.integer(maximumPayload)
        writer.integer(window)
        writer.integer(maximumMessageBytes)
        writer.integer(nonce)
        writer.integer(echo)
        writer.integer(role.rawValue)
        writer.fixed(codecID.bytes)
        writer.text(codecLibrary.cut(to: 32))
        writer.text(programVersion.cut(to: 32))
        writer.text(logOrigin.cut(to: 255))
        writer.integer(epoch)
        writer.fixed(logRoot.bytes)
        writer.integer(logSize)
        writer.integer((partial == nil ? 0 : 1) as UInt8)
        if let partial {
            writer.fixed(partial.identity.bytes)
            writer.integer(partial.byteCount)
        }
    }

    /// The versions that a hello names; its fields up to these stay in every version.
    static func versions(from reader: inout ByteReader) throws(ByteCodingError) -> ClosedRange<UInt16> {
        guard try reader.fixed(8, "hello.magic") == magic else { throw reader.malformed("hello.magic", "RSHELLO1") }
        let lowest: UInt16 = try reader.integer("hello.lowestVersion")
        let highest: UInt16 = try reader.integer("hello.highestVersion")
        guard lowest <= highest else { throw reader.malformed("hello.highestVersion", "no less than the lowest") }
        return lowest...highest
    }

    /// Reads the payload of a HELLO frame, and with it what ties it to a session.
    init(from reader: inout ByteReader, nonce: inout UInt64, echo: inout UInt64) throws(ByteCodingError) {
        _ = try Self.versions(from: &reader)
        maximumPayload = try reader.integer("hello.maximumPayload")
        guard maximumPayload >= 64 else { throw reader.malformed("hello.maximumPayload", "64 or more") }
        window = try reader.integer("hello.window")
        guard window >= 1 else { throw reader.malformed("hello.window", "1 or more") }
        maximumMessageBytes = try reader.integer("hello.maximumMessageBytes")
        nonce = try reader.integer("hello.nonce")
        echo = try reader.integer("hello.echo")
        let number: UInt8 = try reader.integer("hello.role")
        guard let role = LinkRole(rawValue: number) else { throw reader.malformed("hello.role", "1 or 2") }
        self.role = role
        codecID = try Self.digest(&reader, "hello.codecID")
        codecLibrary = try reader.text("hello.codecLibrary", atMost: 32)
        programVersion = try reader.text("hello.programVersion", atMost: 32)
        logOrigin = try reader.text("hello.logOrigin", atMost: 255)
        epoch = try reader.integer("hello.epoch")
        logRoot = try Self.digest(&reader, "hello.logRoot")
        logSize = try reader.integer("hello.logSize")
        if try reader.flag("hello.partial") {
            let identity = try Self.digest(&reader, "hello.partial.identity")
            partial = PartialMessage(identity: identity, byteCount: try reader.integer("hello.partial.count"))
        }
        try reader.end("hello")
    }

    private static func digest(
        _ reader: inout ByteReader, _ field: StaticString
    ) throws(ByteCodingError) -> SHA256Digest {
        try reader.parsed(field, try reader.fixed(32, field)) { try SHA256Digest(bytes: $0) }
    }
}

extension String {
    /// Its longest beginning of whole Unicode scalars that takes at most so many bytes.
    func cut(to byteCount: Int) -> String {
        var beginning = self[...]
        while beginning.utf8.count > byteCount { beginning.unicodeScalars.removeLast() }
        return String(beginning)
    }
}
