/// What a new subkey asks of the primary key that is kept elsewhere: to bind it until a time (docs/spec/certification.md).
public struct CertificationRequest: Hashable, Sendable {
    /// The largest request; one for an RSA key of 4096 bits has under 1300 bytes.
    public static let maximumByteCount = 4096
    static let magic = Array("reposeal-certification-request-1\n".utf8)

    /// The primary key that is asked.
    public let primary: Fingerprint
    /// The subkey that is to sign.
    public let subkey: PublicKey
    /// Until when, in seconds since 1970.
    public let expirationTime: UInt64
    /// The body of the subkey's signature about belonging to the primary key.
    let backSignature: [UInt8]

    /// Reads a request with nothing after it, in the one form that it can have.
    public init(parsing untrustedBytes: [UInt8]) throws(OpenPGPError) {
        guard untrustedBytes.count <= Self.maximumByteCount, untrustedBytes.starts(with: Self.magic) else {
            throw .malformed(field: "certification request", expected: "one of reposeal-broker key generate --primary")
        }
        var cursor = ByteCursor(untrustedBytes.dropFirst(Self.magic.count))
        let seconds = try cursor.take(8, "wanted expiry").reduce(0) { $0 << 8 | UInt64($1) }
        primary = try Fingerprint(bytes: cursor.take(Fingerprint.byteCount, "primary key"))
        let key = try Packet(reading: &cursor)
        guard key.tag == Packet.Tag.publicSubkey else { throw .malformed(field: "subkey", expected: "a subkey packet") }
        subkey = try PublicKey(parsing: key)
        guard subkey.material.algorithm != nil else {
            throw .unsupported(field: "subkey", value: "of an algorithm that does not sign here")
        }
        let signature = try Packet(reading: &cursor)
        try cursor.expectEnd("certification request")
        guard signature.tag == Packet.Tag.signature,
            try SignaturePacket(parsingBody: signature.body).type == SignatureKind.primaryKeyBinding
        else { throw .malformed(field: "back signature", expected: "a signature of type 0x19") }
        backSignature = signature.body
        expirationTime = seconds
        try Self.expectValidity(of: subkey, until: seconds)
        guard bytes == untrustedBytes else {
            throw .malformed(field: "certification request", expected: "in the shortest form")
        }
    }

    init(primary: Fingerprint, subkey: PublicKey, expirationTime: UInt64, backSignature: [UInt8]) {
        self.primary = primary
        self.subkey = subkey
        self.expirationTime = expirationTime
        self.backSignature = backSignature
    }

    /// The request as it lies in a file.
    public var bytes: [UInt8] {
        Self.magic + bigEndian(expirationTime) + primary.bytes + subkey.packet.bytes
            + Packet(tag: Packet.Tag.signature, body: backSignature).bytes
    }

    /// How long the subkey is to be valid, in seconds from when it was made; what does not fit is refused.
    @discardableResult
    static func expectValidity(of subkey: PublicKey, until time: UInt64) throws(OpenPGPError) -> UInt32 {
        guard time > UInt64(subkey.creationTime), let seconds = UInt32(exactly: time - UInt64(subkey.creationTime))
        else {
            throw .malformed(field: "wanted expiry", expected: "within 136 years after the key was made")
        }
        return seconds
    }

    /// Whether the subkey itself asks, and asks this primary key.
    public func isSigned(for primary: PublicKey) -> Bool {
        guard primary.fingerprint == self.primary, let signature = try? SignaturePacket(parsingBody: backSignature)
        else {
            return false
        }
        return signature.isBackSignature(by: subkey, over: primary.hashedForm(binding: subkey))
    }
}
