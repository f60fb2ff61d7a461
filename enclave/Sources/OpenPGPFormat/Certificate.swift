/// A transferable public key (RFC 4880 section 11.1): one primary key, its user IDs and its subkeys.
///
/// The primary key's own signatures are checked while parsing; certifications by others and user attributes are skipped.
/// A subkey may sign only with its own signature about belonging to the primary key.
public struct Certificate: Hashable, Sendable {
    /// The largest certificate accepted; `gpg --export-options export-minimal` stays far below.
    public static let maximumByteCount = 128 * 1024

    /// The binary form that was parsed.
    public let bytes: [UInt8]
    /// The primary key.
    public let primary: PublicKey
    /// The primary key and then its subkeys, bound or not.
    public let keys: [PublicKey]
    /// The user IDs, with bytes that are not UTF-8 replaced.
    public let userIDs: [String]
    let bindings: [Fingerprint: KeyBinding]

    /// The fingerprint that names the certificate's owner.
    public var fingerprint: Fingerprint { primary.fingerprint }

    /// The keys whose signatures count as of `now`, in seconds since 1970: supported, bound for signing, neither revoked
    /// nor expired, like the primary key.
    public func signingKeys(at now: UInt64) -> [Fingerprint] {
        guard let owner = bindings[primary.fingerprint], !owner.isRevoked, !owner.isExpired(at: now) else { return [] }
        return keys.filter { key in
            guard key.material.algorithm != nil, let binding = bindings[key.fingerprint] else { return false }
            return binding.maySign && !binding.isRevoked && !binding.isExpired(at: now)
        }.map(\.fingerprint)
    }

    /// Whether a subkey and the primary key say of each other that the subkey signs for it, be it expired or revoked.
    public func hasSigningSubkey(_ key: Fingerprint) -> Bool { key != fingerprint && bindings[key]?.maySign == true }

    /// When a key of the certificate expires, alone or with the primary key, in seconds since 1970; nil if never.
    public func expirationTime(of key: Fingerprint) -> UInt64? {
        [bindings[key]?.expirationTime, bindings[primary.fingerprint]?.expirationTime].compactMap(\.self).min()
    }

    /// Parses binary packets; armored text gives `armored`, secret keys are refused.
    public init(parsing untrustedBytes: [UInt8]) throws(OpenPGPError) {
        var packets = try Packet.all(in: untrustedBytes, maximumByteCount: Self.maximumByteCount)[...]
        guard let first = packets.popFirst(), first.tag == Packet.Tag.publicKey else {
            throw .malformed(field: "certificate", expected: "one that begins with a public key packet")
        }
        var parser = CertificateParser(primary: try PublicKey(parsing: first))
        for packet in packets { try parser.add(packet) }
        bytes = untrustedBytes
        primary = parser.primary
        keys = parser.keys
        userIDs = parser.userIDs
        bindings = parser.bindings
        guard primary.material.algorithm == nil || bindings[primary.fingerprint] != nil else {
            throw .malformed(field: "certificate", expected: "signed by its own primary key with SHA-256 or better")
        }
    }
}

/// Walks over the packets of a certificate and keeps what the primary key signed.
private struct CertificateParser {
    private static let maximumKeyCount = 64

    let primary: PublicKey
    private(set) var keys: [PublicKey]
    private(set) var userIDs: [String] = []
    private var selfSignatures: [Fingerprint: [SelfSignature]] = [:]
    /// What signatures are over until the next key or user ID: its hashed form, the key it speaks about, the types.
    private var subject: (hashedForm: [UInt8], key: PublicKey, types: Set<UInt8>)?

    init(primary: PublicKey) {
        self.primary = primary
        keys = [primary]
        subject = (primary.hashedForm, primary, [SignatureKind.directKey, SignatureKind.keyRevocation])
    }

    mutating func add(_ packet: Packet) throws(OpenPGPError) {
        switch packet.tag {
        case Packet.Tag.signature: addSignature(packet.body)
        case Packet.Tag.userID:
            userIDs.append(String(decoding: packet.body, as: UTF8.self))
            let form = primary.hashedForm + hashedForm(ofUserID: packet.body)
            subject = (form, primary, Set(SignatureKind.certifications))
        case Packet.Tag.userAttribute: subject = nil
        case Packet.Tag.publicSubkey:
            let subkey = try PublicKey(parsing: packet)
            guard keys.count < Self.maximumKeyCount, !keys.contains(where: { $0.fingerprint == subkey.fingerprint })
            else {
                throw .malformed(field: "certificate", expected: "one of at most 64 distinct keys")
            }
            keys.append(subkey)
            let types: Set = [SignatureKind.subkeyBinding, SignatureKind.subkeyRevocation]
            subject = (primary.hashedForm(binding: subkey), subkey, types)
        default:
            throw .malformed(field: "certificate", expected: "made of public keys, user IDs and signatures")
        }
    }

    /// Keeps a signature by the primary key; anything else proves nothing here and is skipped.
    private mutating func addSignature(_ body: [UInt8]) {
        guard let subject, let signature = try? SignaturePacket(parsingBody: body),
            subject.types.contains(signature.type), signature.isIssued(by: primary.fingerprint),
            signature.isValid(by: primary, over: .bytes(subject.hashedForm))
        else { return }
        let about = SelfSignature(signature, about: subject.key, hashedForm: subject.hashedForm)
        selfSignatures[subject.key.fingerprint, default: []].append(about)
    }

    var bindings: [Fingerprint: KeyBinding] {
        var bindings: [Fingerprint: KeyBinding] = [:]
        for key in keys {
            bindings[key.fingerprint] = KeyBinding(of: key, selfSignatures: selfSignatures[key.fingerprint] ?? [])
        }
        return bindings
    }
}
