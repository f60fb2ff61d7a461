public import Cryptography

/// A certificate of our own for one key that certifies and signs, waiting for its self-signature.
public struct CertificateDraft: Sendable {
    private static let maySignAndCertify: UInt8 = 0x03
    private static let preferredHashes: [UInt8] = [8, 10, 9]

    /// The key that the certificate is for.
    public let key: PublicKey
    private let userID: [UInt8]
    private let template: SignatureTemplate

    /// Takes the public key, when it was made, and a printable user ID such as `Name <address>`.
    public init(material: PublicKeyMaterial, creationTime: UInt32, userID: String) throws(OpenPGPError) {
        guard (1...255).contains(userID.utf8.count),
            userID.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        else { throw .malformed(field: "user ID", expected: "1 to 255 bytes of printable text") }
        key = try PublicKey(material: material, creationTime: creationTime)
        guard let algorithm = material.algorithm else {
            throw .unsupported(field: "key material", value: "of an unknown algorithm")
        }
        self.userID = Array(userID.utf8)
        template = SignatureTemplate(
            type: SignatureKind.positiveCertification, key: algorithm, issuer: key.fingerprint,
            creationTime: creationTime,
            subpackets: [
                Subpacket(Subpacket.Kind.keyFlags, [Self.maySignAndCertify]),
                Subpacket(Subpacket.Kind.preferredHashes, Self.preferredHashes),
            ])
    }

    /// What the private key signs.
    public var digest: SHA256Digest {
        template.digest(over: key.hashedForm + hashedForm(ofUserID: userID))
    }

    /// The finished certificate; a raw signature that is not the key's own is refused.
    public func certificate(rawSignature: [UInt8]) throws(OpenPGPError) -> Certificate {
        let userIDPacket = Packet(tag: Packet.Tag.userID, body: userID)
        return try Certificate(
            parsing: key.packet.bytes + userIDPacket.bytes
                + template.packet(digest: digest, rawSignature: rawSignature))
    }
}
