/// What a primary key says about itself or a subkey in its own signatures.
struct KeyBinding: Hashable, Sendable {
    let maySign: Bool
    let expirationTime: UInt64?
    let isRevoked: Bool

    /// Evaluates self-signatures whose cryptography was checked; nil if none of them binds the key.
    ///
    /// The newest binding counts; one revocation, whatever its reason and time, counts for ever. A binding that itself
    /// expires is not relied on.
    init?(of key: PublicKey, selfSignatures: [SelfSignature]) {
        let bindings = selfSignatures.filter { !$0.isRevocation && $0.packet.expirationTime == nil }
        guard let newest = bindings.max(by: { $0.packet.creationTime < $1.packet.creationTime }) else { return nil }
        maySign = newest.isForSigning && (!key.isSubkey || newest.hasBackSignature)
        expirationTime = newest.packet.keyValiditySeconds.map { UInt64(key.creationTime) + UInt64($0) }
        isRevoked = selfSignatures.contains(where: \.isRevocation)
    }

    func isExpired(at now: UInt64) -> Bool { expirationTime.map { $0 <= now } ?? false }
}

/// A signature by the primary key about itself or a subkey, whose cryptography was checked.
struct SelfSignature {
    let packet: SignaturePacket
    /// Whether the subkey says in turn that it belongs to the primary key, without which anybody could take it for
    /// theirs (RFC 4880 section 5.2.1, type 0x19).
    let hasBackSignature: Bool

    /// A binding to a signing subkey is searched for the subkey's own signature over the same two keys.
    init(_ packet: SignaturePacket, about key: PublicKey, hashedForm: [UInt8]) {
        self.packet = packet
        hasBackSignature =
            packet.type == SignatureKind.subkeyBinding && packet.isForSigning
            && packet.embeddedSignatures.contains { body in
                guard let back = try? SignaturePacket(parsingBody: body) else { return false }
                return back.isBackSignature(by: key, over: hashedForm)
            }
    }

    var isForSigning: Bool { packet.isForSigning }

    var isRevocation: Bool {
        packet.type == SignatureKind.keyRevocation || packet.type == SignatureKind.subkeyRevocation
    }
}

extension SignaturePacket {
    static let maySignFlag: UInt8 = 0x02

    fileprivate var isForSigning: Bool { keyFlags & Self.maySignFlag != 0 }

    /// Whether a subkey signed with this that it belongs to a primary key; it names itself or nobody.
    func isBackSignature(by subkey: PublicKey, over hashedForm: [UInt8]) -> Bool {
        type == SignatureKind.primaryKeyBinding && expirationTime == nil
            && (issuerFingerprint.map { $0 == subkey.fingerprint } ?? true)
            && isValid(by: subkey, over: .bytes(hashedForm))
    }
}
