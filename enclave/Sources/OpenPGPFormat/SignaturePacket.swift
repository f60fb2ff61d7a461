public import Cryptography

/// A version 4 signature packet as someone else made it (RFC 4880 section 5.2.3).
public struct SignaturePacket: Hashable, Sendable {
    /// The largest detached signature accepted; pacman's own limit.
    public static let maximumByteCount = 16 * 1024

    /// The signature type; 0x00 signs a binary document.
    public let type: UInt8
    /// The algorithm of the issuer's key.
    public let keyAlgorithm: KeyAlgorithm
    /// The hash function.
    public let hashAlgorithm: HashAlgorithm
    /// When the issuer says that the signature was made.
    public let creationTime: UInt32
    /// When the signature stops being valid, if ever.
    public let expirationTime: UInt64?
    /// The issuer's fingerprint, from the hashed area.
    public let issuerFingerprint: Fingerprint?
    /// The issuer's key ID, from either area: a hint.
    public let issuerKeyID: [UInt8]?
    /// The readable notations of the hashed area.
    public let notations: [Notation]
    /// What is hashed after the content.
    public let trailer: [UInt8]
    /// The first two bytes of the digest.
    public let left16: [UInt8]
    /// An RSA integer without leading zeros, or the 64 bytes of Ed25519.
    public let rawSignature: [UInt8]

    let keyFlags: UInt8
    let keyValiditySeconds: UInt32?
    /// The bodies of signature packets in either area, which prove themselves.
    let embeddedSignatures: [[UInt8]]

    /// Parses one binary signature packet with nothing after it; unknown critical subpackets are refused.
    public init(parsing untrustedBytes: [UInt8]) throws(OpenPGPError) {
        let packets = try Packet.all(in: untrustedBytes, maximumByteCount: Self.maximumByteCount)
        guard let packet = packets.first, packets.count == 1, packet.tag == Packet.Tag.signature else {
            throw .malformed(field: "detached signature", expected: "exactly one signature packet")
        }
        try self.init(parsingBody: packet.body)
    }

    init(parsingBody body: [UInt8]) throws(OpenPGPError) {
        var cursor = ByteCursor(body)
        guard try cursor.byte("signature version") == 4 else {
            throw .malformed(field: "signature version", expected: "4")
        }
        type = try cursor.byte("signature type")
        let algorithmNumber = try cursor.byte("signature algorithm")
        guard let algorithm = KeyAlgorithm(rawValue: algorithmNumber) else {
            throw .unsupported(field: "signature algorithm", value: "number \(algorithmNumber)")
        }
        keyAlgorithm = algorithm
        hashAlgorithm = try HashAlgorithm(openPGPNumber: cursor.byte("hash algorithm"))
        let hashed = try Subpacket.area(reading: &cursor, "hashed area")
        let hashedPart = Array(body.prefix(body.count - cursor.remainingCount))
        let unhashed = try Subpacket.area(reading: &cursor, "unhashed area")
        left16 = try cursor.take(2, "start of the digest")
        rawSignature = try Self.rawSignature(algorithm, reading: &cursor)
        try cursor.expectEnd("signature packet")
        trailer = signatureTrailer(ofHashedPart: hashedPart)

        guard (hashed + unhashed).allSatisfy({ !$0.isCritical || Subpacket.Kind.understood.contains($0.kind) }) else {
            throw .malformed(field: "critical subpacket", expected: "of a known type")
        }
        guard let creationTime = try hashed.number(Subpacket.Kind.creationTime, "signature creation time") else {
            throw .malformed(field: "signature creation time", expected: "in the hashed area")
        }
        self.creationTime = creationTime
        let validity = try hashed.number(Subpacket.Kind.validity, "signature validity") ?? 0
        expirationTime = validity == 0 ? nil : UInt64(creationTime) + UInt64(validity)
        let keyValidity = try hashed.number(Subpacket.Kind.keyValidity, "key validity") ?? 0
        keyValiditySeconds = keyValidity == 0 ? nil : keyValidity
        keyFlags = try hashed.only(Subpacket.Kind.keyFlags, "key flags")?.first ?? 0
        embeddedSignatures = (hashed + unhashed).filter { $0.kind == Subpacket.Kind.embeddedSignature }.map(\.body)
        issuerFingerprint = try Self.issuerFingerprint(in: hashed)
        let unhashedKeyID = try unhashed.only(Subpacket.Kind.issuerKeyID, "issuer key ID")
        issuerKeyID = try hashed.only(Subpacket.Kind.issuerKeyID, "issuer key ID") ?? unhashedKeyID
        var notations: [Notation] = []
        for subpacket in hashed where subpacket.kind == Subpacket.Kind.notation {
            if let notation = try Notation(parsing: subpacket.body) { notations.append(notation) }
        }
        self.notations = notations
    }

    private static func rawSignature(
        _ algorithm: KeyAlgorithm, reading cursor: inout ByteCursor
    ) throws(OpenPGPError) -> [UInt8] {
        switch algorithm {
        case .rsa: return try cursor.integer("RSA signature", maximumBits: 8192)
        case .ed25519:
            let point = try cursor.integer("EdDSA point", maximumBits: 256)
            let scalar = try cursor.integer("EdDSA scalar", maximumBits: 256)
            return leftPadded(point, to: 32) + leftPadded(scalar, to: 32)
        }
    }

    private static func issuerFingerprint(in hashed: [Subpacket]) throws(OpenPGPError) -> Fingerprint? {
        guard let body = try hashed.only(Subpacket.Kind.issuerFingerprint, "issuer fingerprint") else { return nil }
        guard body.first == 4 else {
            throw .malformed(field: "issuer fingerprint", expected: "that of a version 4 key")
        }
        return try Fingerprint(bytes: body.dropFirst())
    }

    /// Whether this is a signature over a binary document (type 0x00).
    public var isOverBinaryDocument: Bool { type == SignatureKind.binaryDocument }

    /// Whether the signature names this key as its issuer.
    func isIssued(by key: Fingerprint) -> Bool {
        guard issuerKeyID == nil || issuerKeyID == key.keyID else { return false }
        return issuerFingerprint.map { $0 == key } ?? (issuerKeyID != nil)
    }

    /// Whether this key made the signature over content in its hashed form.
    func isValid(by key: PublicKey, over content: SignedContent) -> Bool {
        guard key.material.algorithm == keyAlgorithm, let digest = content.digest(of: hashAlgorithm, appending: trailer)
        else { return false }
        return digest.starts(with: left16)
            && key.material.isValidSignature(rawSignature, digest: digest, hash: hashAlgorithm)
    }
}

/// What a signature is over.
public enum SignedContent: Sendable {
    /// Bytes at hand.
    case bytes([UInt8])
    /// Bytes of which only the SHA-256 state is known; only signatures with SHA-256 can be checked against it.
    case state(SHA256State)

    func digest(of hash: HashAlgorithm, appending trailer: [UInt8]) -> [UInt8]? {
        switch self {
        case .bytes(let bytes): hash.digest(of: bytes, appending: trailer)
        case .state(let state): hash == .sha256 ? state.digest(appending: trailer).bytes : nil
        }
    }
}
