/// A version 4 public key or subkey (RFC 4880 section 5.5.2).
public struct PublicKey: Hashable, Sendable {
    /// When the key was made; part of what the fingerprint covers.
    public let creationTime: UInt32
    /// The key's numbers.
    public let material: PublicKeyMaterial
    /// SHA-1 over the key packet.
    public let fingerprint: Fingerprint
    /// Whether the key is bound to a primary key.
    public let isSubkey: Bool
    let body: [UInt8]

    /// A key of our own; the material must be supported.
    public init(material: PublicKeyMaterial, creationTime: UInt32, isSubkey: Bool = false) throws(OpenPGPError) {
        guard let algorithm = material.algorithm else {
            throw .unsupported(field: "key material", value: "of an unknown algorithm")
        }
        self.creationTime = creationTime
        self.material = material
        self.isSubkey = isSubkey
        body = [4] + bigEndian(creationTime) + [algorithm.rawValue] + material.bytes
        fingerprint = Fingerprint(ofKeyBody: body)
    }

    init(parsing packet: Packet) throws(OpenPGPError) {
        var cursor = ByteCursor(packet.body)
        guard try cursor.byte("key version") == 4 else { throw .malformed(field: "key version", expected: "4") }
        guard packet.body.count <= 0xFFFF else { throw .malformed(field: "key", expected: "under 64 KiB") }
        creationTime = try cursor.number(ofBytes: 4, "key creation time")
        material = try PublicKeyMaterial(algorithm: cursor.byte("key algorithm"), reading: &cursor)
        try cursor.expectEnd("key")
        isSubkey = packet.tag == Packet.Tag.publicSubkey
        body = packet.body
        fingerprint = Fingerprint(ofKeyBody: body)
    }

    /// What signatures that bind a subkey hash (RFC 4880 section 5.2.4).
    func hashedForm(binding subkey: PublicKey) -> [UInt8] { hashedForm + subkey.hashedForm }

    var packet: Packet { Packet(tag: isSubkey ? Packet.Tag.publicSubkey : Packet.Tag.publicKey, body: body) }

    /// What a signature over this key hashes (RFC 4880 section 5.2.4).
    var hashedForm: [UInt8] { [0x99] + bigEndian(UInt16(truncatingIfNeeded: body.count)) + body }
}

/// A user ID as a certification hashes it (RFC 4880 section 5.2.4).
func hashedForm(ofUserID userID: [UInt8]) -> [UInt8] {
    [0xB4] + bigEndian(UInt32(truncatingIfNeeded: userID.count)) + userID
}
