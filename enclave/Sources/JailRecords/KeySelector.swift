public import ByteCoding
public import Cryptography
public import OpenPGPFormat

/// Which key is meant, in 32 bytes.
public enum KeySelector: Hashable, Sendable, CustomStringConvertible {
    /// An OpenPGP key: 12 zero bytes, then the fingerprint.
    case openPGP(Fingerprint)
    /// A key of the log or of the answers: the public key itself.
    case ed25519(Ed25519PublicKey)

    private static let padding = [UInt8](repeating: 0, count: 12)

    /// The 32 bytes.
    public var bytes: [UInt8] {
        switch self {
        case .openPGP(let fingerprint): Self.padding + fingerprint.bytes
        case .ed25519(let key): key.bytes
        }
    }

    /// The fingerprint in upper case or the public key in lower case: what people see, and the name of the key's files.
    public var description: String {
        switch self {
        case .openPGP(let fingerprint): fingerprint.hex
        case .ed25519(let key): key.hex
        }
    }

    /// Reads what `description` writes; nil for anything else.
    public init?(name untrustedName: String) {
        if let fingerprint = try? Fingerprint(parsingHex: untrustedName) {
            self = .openPGP(fingerprint)
        } else if let key = try? Ed25519PublicKey(parsingHex: untrustedName) {
            self = .ed25519(key)
        } else {
            return nil
        }
    }

    /// Reads the 32 bytes.
    public init(parsing untrustedBytes: [UInt8]) throws(ByteCodingError) {
        var reader = ByteReader(untrusted: untrustedBytes)
        try self.init(reading: &reader)
        try reader.end("key selector")
    }

    init(reading reader: inout ByteReader) throws(ByteCodingError) {
        let bytes = try reader.fixed(32, "key selector")
        self = try reader.parsed("key selector", bytes) { bytes in
            bytes.starts(with: Self.padding)
                ? .openPGP(try Fingerprint(bytes: bytes.dropFirst(Self.padding.count)))
                : .ed25519(try Ed25519PublicKey(bytes: bytes))
        }
    }
}
