public import ByteCoding
import Cryptography
public import OpenPGPFormat

/// A private key with what it may be used for: the plaintext of a sealed key file, and what a signer reads.
///
/// ```
/// "RSK1" | use u8 | algorithm u8 | demonstration u8 | 0 | creation time u32 | label u16+bytes | material u32+bytes
/// ```
/// The algorithm has its OpenPGP number; the material is an Ed25519 seed or an RSA key as PKCS #8 in DER.
public struct KeyRecord: ~Copyable {
    /// The largest record, that of an RSA key with a long label.
    public static let maximumByteCount = 8192

    /// The one thing that the key may sign.
    public let use: KeyUse
    /// The algorithm of the material.
    public let algorithm: KeyAlgorithm
    /// Whether the key is for demonstrations and tests only.
    public let isDemonstration: Bool
    /// When the key was made, in seconds since 1970; an OpenPGP fingerprint covers it.
    public let creationTime: UInt32
    /// The log's origin for the key of a log, otherwise words for people.
    public let label: String
    private let secret: Secret

    /// The private key; overwritten when the record goes, unless a copy of the array still lives.
    public var material: [UInt8] { secret.bytes }

    /// Puts a record together; throws for a label of more than 255 bytes or with control characters.
    public init(
        use: KeyUse, algorithm: KeyAlgorithm, isDemonstration: Bool, creationTime: UInt32, label: String,
        material: [UInt8]
    ) throws(ByteCodingError) {
        guard label.utf8.count <= 255, label.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw .malformed(field: "label", expected: "at most 255 bytes without control characters")
        }
        self.use = use
        self.algorithm = algorithm
        self.isDemonstration = isDemonstration
        self.creationTime = creationTime
        self.label = label
        secret = Secret(material)
    }

    /// Reads a record with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try reader.constant(Magic.key, "key record")
        let use = try reader.coded("key use", KeyUse.self)
        let algorithm = try reader.coded("key algorithm", KeyAlgorithm.self)
        guard use == .openPGP || algorithm == .ed25519 else { throw reader.malformed("key algorithm", "Ed25519") }
        let isDemonstration = try reader.flag("demonstration")
        try reader.constant(UInt8(0), "padding")
        let creationTime = try reader.integer("creation time", as: UInt32.self)
        let label = try reader.text("label")
        let material = try reader.counted("material", atMost: 6144)
        try reader.end("key record")
        try self.init(
            use: use, algorithm: algorithm, isDemonstration: isDemonstration, creationTime: creationTime, label: label,
            material: material)
    }

    /// The record's bytes, which are as secret as the key; the caller wipes them.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Magic.key)
        writer.fixed([use.rawValue, algorithm.rawValue, isDemonstration ? 1 : 0, 0])
        writer.integer(creationTime)
        writer.text(label)
        writer.counted(material)
        return writer.bytes
    }
}
