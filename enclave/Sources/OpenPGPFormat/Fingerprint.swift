import Cryptography

/// The fingerprint of a version 4 key (RFC 4880 section 12.2); ordered as its bytes are.
public struct Fingerprint: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How many bytes a fingerprint has.
    public static let byteCount = 20

    /// The 20 bytes.
    public let bytes: [UInt8]

    /// Takes exactly 20 bytes.
    public init(bytes untrusted: some Sequence<UInt8>) throws(OpenPGPError) {
        bytes = Array(untrusted)
        guard bytes.count == Self.byteCount else { throw .malformed(field: "fingerprint", expected: "20 bytes") }
    }

    /// Takes exactly 40 hexadecimal digits of either case.
    public init(parsingHex untrustedHex: some StringProtocol) throws(OpenPGPError) {
        guard let bytes = try? Hex.decode(untrustedHex.lowercased()), untrustedHex.utf8.count == 40 else {
            throw .malformed(field: "fingerprint", expected: "40 hexadecimal digits")
        }
        try self.init(bytes: bytes)
    }

    init(ofKeyBody body: [UInt8]) {
        bytes = SHA1.digest(of: [0x99] + bigEndian(UInt16(truncatingIfNeeded: body.count)) + body)
    }

    /// The fingerprint as 40 upper-case hexadecimal digits, the form of gpg and pacman.
    public var hex: String { Hex.encode(bytes).uppercased() }

    /// The last 8 bytes, by which old signatures name their issuer.
    public var keyID: [UInt8] { Array(bytes.suffix(8)) }

    /// The same as `hex`.
    public var description: String { hex }

    /// Whether the first fingerprint comes before the second in byte order.
    public static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
