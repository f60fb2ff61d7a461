public import Cryptography

/// A signature that we are about to make, all but the private-key operation.
///
/// `digest(over:)` is what the key signs; `packet(digest:rawSignature:)` frames the result exactly as gpg would.
public struct SignatureTemplate: Hashable, Sendable {
    /// The most notations that one signature carries.
    public static let maximumNotationCount = 16

    private let hashedPart: [UInt8]
    let keyAlgorithm: KeyAlgorithm
    let issuer: Fingerprint

    /// States everything that a signature binds besides the content; times in seconds since 1970.
    ///
    /// The validity is a critical subpacket, as gpg writes it; notations are never critical.
    public init(
        key keyAlgorithm: KeyAlgorithm, issuer: Fingerprint, creationTime: UInt32, validitySeconds: UInt32? = nil,
        notations: [Notation] = []
    ) throws(OpenPGPError) {
        guard notations.count <= Self.maximumNotationCount else {
            throw .malformed(field: "notations", expected: "at most \(Self.maximumNotationCount)")
        }
        guard validitySeconds != 0 else {
            throw .malformed(field: "signature validity", expected: "above zero, which would mean for ever")
        }
        let validity = validitySeconds.map { Subpacket(Subpacket.Kind.validity, bigEndian($0), isCritical: true) }
        self.init(
            type: SignatureKind.binaryDocument, key: keyAlgorithm, issuer: issuer, creationTime: creationTime,
            subpackets: (validity.map { [$0] } ?? []) + notations.map(\.subpacket))
    }

    init(
        type: UInt8, key keyAlgorithm: KeyAlgorithm, issuer: Fingerprint, creationTime: UInt32, subpackets: [Subpacket]
    ) {
        let hashed =
            [
                Subpacket(Subpacket.Kind.issuerFingerprint, [4] + issuer.bytes),
                Subpacket(Subpacket.Kind.creationTime, bigEndian(creationTime)),
            ] + subpackets
        hashedPart = [4, type, keyAlgorithm.rawValue, HashAlgorithm.sha256Number] + hashed.areaBytes
        self.keyAlgorithm = keyAlgorithm
        self.issuer = issuer
    }

    /// What is hashed after the content.
    public var trailer: [UInt8] { signatureTrailer(ofHashedPart: hashedPart) }

    /// The digest to sign, for content that went into a SHA-256 state.
    public func digest(over state: SHA256State) -> SHA256Digest { state.digest(appending: trailer) }

    /// The digest to sign, for content at hand.
    public func digest(over content: [UInt8]) -> SHA256Digest {
        var hash = SHA256()
        hash.update(content)
        return digest(over: hash.exportState())
    }

    /// The binary packet; the raw signature is an RSA integer or the 64 bytes of Ed25519.
    public func packet(digest: SHA256Digest, rawSignature: [UInt8]) -> [UInt8] {
        Packet(tag: Packet.Tag.signature, body: body(digest: digest, rawSignature: rawSignature)).bytes
    }

    func body(digest: SHA256Digest, rawSignature: [UInt8]) -> [UInt8] {
        let unhashed = [Subpacket(Subpacket.Kind.issuerKeyID, issuer.keyID)]
        let numbers =
            switch keyAlgorithm {
            case .rsa: multiprecisionInteger(rawSignature)
            case .ed25519:
                multiprecisionInteger(Array(rawSignature.prefix(32)))
                    + multiprecisionInteger(Array(rawSignature.dropFirst(32)))
            }
        return hashedPart + unhashed.areaBytes + Array(digest.bytes.prefix(2)) + numbers
    }
}
