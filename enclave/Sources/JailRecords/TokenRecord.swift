public import ByteCoding
import Cryptography

/// Where a token has a key, and the PIN that opens the token: what a signer reads that asks a token (PKCS #11).
///
/// ```
/// "RST1" | engine u16+bytes | module u16+bytes | object u16+bytes | PIN u32+bytes
/// ```
/// Engine and module are paths in the jail; the object is a PKCS #11 URI (RFC 7512). Texts are UTF-8.
public struct TokenRecord: ~Copyable {
    /// The largest record.
    public static let maximumByteCount = 8192

    /// The path of OpenSSL's engine for PKCS #11.
    public let engine: String
    /// The path of the token's own library.
    public let module: String
    /// Which object of the token is the key.
    public let object: String
    private let secret: Secret

    /// What opens the token; overwritten when the record goes, unless a copy of the array still lives.
    public var pin: [UInt8] { secret.bytes }

    /// Puts a record together.
    public init(engine: String, module: String, object: String, pin: [UInt8]) {
        (self.engine, self.module, self.object) = (engine, module, object)
        secret = Secret(pin)
    }

    /// Reads a record with nothing after it.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try reader.constant(Magic.token, "token record")
        let engine = try reader.text("engine")
        let module = try reader.text("module")
        let object = try reader.text("object")
        let pin = try reader.counted("PIN", atMost: 1024)
        try reader.end("token record")
        guard !([engine, module, object].contains { $0.utf8.contains(0) }), !pin.contains(0) else {
            throw .malformed(field: "token record", expected: "texts without zero bytes")
        }
        self.init(engine: engine, module: module, object: object, pin: pin)
    }

    /// The record's bytes, which hold the PIN; the caller wipes them.
    public var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.integer(Magic.token)
        writer.text(engine)
        writer.text(module)
        writer.text(object)
        writer.counted(pin)
        return writer.bytes
    }
}
