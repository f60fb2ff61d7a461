public import ByteCoding
public import Cryptography
import JailRecords

/// What everybody can read in a backup, and nobody can change (docs/spec/backup.md).
public struct BackupHeader: Hashable, Sendable {
    /// When it was made, in Unix seconds.
    public var time: UInt64
    /// The epoch of the enclave.
    public var epoch: UInt64
    /// The origin of the enclave's log.
    public var logOrigin: String
    /// How many leaves the log had.
    public var logSize: UInt64
    /// The root that it had.
    public var logRoot: SHA256Digest
    /// The version of the policy in force.
    public var policyVersion: UInt64
    /// The bytes of the policy in force.
    public var policy: [UInt8]

    /// Puts the parts together.
    public init(
        time: UInt64, epoch: UInt64, logOrigin: String, logSize: UInt64, logRoot: SHA256Digest, policyVersion: UInt64,
        policy: [UInt8]
    ) {
        self.time = time
        self.epoch = epoch
        self.logOrigin = logOrigin
        self.logSize = logSize
        self.logRoot = logRoot
        self.policyVersion = policyVersion
        self.policy = policy
    }
}

/// A backup of keys as it lies on a medium: a header, the public halves, and the records sealed under a backup key.
///
/// ```
/// "RSBACKUP" | version u16 1 | backup key id 16 | time u64 | epoch u64 | log origin text | log size u64 | log root 32
///   | policy version u64 | policy u32+bytes | u32 count of keys, each: selector 32, public file u32+bytes
///   | nonce 12 | sealed u32+bytes: for each key in the same order its record u32+bytes; then the tag 16
/// ```
/// All before the nonce is the associated data.
public struct KeyBackup: Hashable, Sendable {
    /// The largest backup.
    public static let maximumByteCount = 16 << 20
    static let maximumKeyCount = 64
    private static let maximumPolicyByteCount = 8 << 20
    static let maximumPublicFileByteCount = 1 << 16
    private static let magic: UInt64 = 0x5253_4241_434b_5550
    private static let version: UInt16 = 1

    /// A key's public half.
    struct PublicHalf: Hashable, Sendable {
        let selector: KeySelector
        let publicFile: [UInt8]
    }

    /// The key that opens it.
    public let keyID: BackupKeyID
    /// What it says of itself.
    public let header: BackupHeader
    let keys: [PublicHalf]
    let nonce: [UInt8]
    let sealed: [UInt8]

    /// The names of the keys' files, in their order.
    public var keyNames: [String] { keys.map(\.selector.description) }

    init(keyID: BackupKeyID, header: BackupHeader, keys: [PublicHalf], nonce: [UInt8], sealed: [UInt8]) {
        self.keyID = keyID
        self.header = header
        self.keys = keys
        self.nonce = nonce
        self.sealed = sealed
    }

    /// Reads a file's bytes.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        guard untrustedBytes.count <= Self.maximumByteCount else {
            throw .tooLarge(field: "backup", limit: UInt64(Self.maximumByteCount))
        }
        var reader = ByteReader(untrusted: untrustedBytes)
        guard try reader.integer("magic", as: UInt64.self) == Self.magic else {
            throw .malformed(
                field: "the first bytes", expected: "RSBACKUP, as 'reposeal-broker backup create' writes them")
        }
        guard try reader.integer("version", as: UInt16.self) == Self.version else {
            throw .malformed(field: "version", expected: "\(Self.version), the only one that this program knows")
        }
        keyID = BackupKeyID(bytes: try reader.fixed(BackupKeyID.byteCount, "backup key"))
        let (time, epoch) = (try reader.integer("time", as: UInt64.self), try reader.integer("epoch", as: UInt64.self))
        let origin = try reader.text("log origin")
        let size = try reader.integer("log size", as: UInt64.self)
        let root = try reader.fixed(SHA256Digest.byteCount, "log root")
        header = BackupHeader(
            time: time, epoch: epoch, logOrigin: origin, logSize: size,
            logRoot: try reader.parsed("log root", root) { try SHA256Digest(bytes: $0) },
            policyVersion: try reader.integer("policy version"),
            policy: try reader.counted("policy", atMost: Self.maximumPolicyByteCount))
        keys = try reader.list("keys", minimumByteCount: 36, atMost: Self.maximumKeyCount) {
            reader throws(ByteCodingError) in
            let selector = try reader.fixed(32, "selector")
            return PublicHalf(
                selector: try reader.parsed("selector", selector) { try KeySelector(parsing: $0) },
                publicFile: try reader.counted("public file", atMost: Self.maximumPublicFileByteCount))
        }
        guard Set(keys.map(\.selector)).count == keys.count else { throw reader.malformed("keys", "each key once") }
        nonce = try reader.fixed(AES256GCM.nonceByteCount, "nonce")
        sealed = try reader.counted(
            "sealed records", atMost: keys.count * (4 + KeyRecord.maximumByteCount) + AES256GCM.tagByteCount)
        guard sealed.count >= AES256GCM.tagByteCount else {
            throw reader.malformed("sealed records", "at least as long as their tag")
        }
        try reader.end("backup")
    }

    /// The file's bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.fixed(authenticated)
        writer.fixed(nonce)
        writer.counted(sealed)
        return writer.bytes
    }

    /// What the tag covers besides the records.
    var authenticated: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Self.magic)
        writer.integer(Self.version)
        writer.fixed(keyID.bytes)
        writer.integer(header.time)
        writer.integer(header.epoch)
        writer.text(header.logOrigin)
        writer.integer(header.logSize)
        writer.fixed(header.logRoot.bytes)
        writer.integer(header.policyVersion)
        writer.counted(header.policy)
        writer.list(keys) { writer, key in
            writer.fixed(key.selector.bytes)
            writer.counted(key.publicFile)
        }
        return writer.bytes
    }
}
