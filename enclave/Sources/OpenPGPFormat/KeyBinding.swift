/// What a primary key says about itself or a subkey in its own signatures.
struct KeyBinding: Hashable, Sendable {
    private static let maySignFlag: UInt8 = 0x02

    let maySign: Bool
    let expirationTime: UInt64?
    let isRevoked: Bool

    /// Evaluates self-signatures whose cryptography was checked; nil if none of them binds the key.
    ///
    /// The newest binding counts; one revocation, whatever its reason and time, counts for ever. A binding that itself
    /// expires is not relied on.
    init?(of key: PublicKey, selfSignatures: [SignaturePacket]) {
        let isRevocation: (SignaturePacket) -> Bool = {
            $0.type == SignatureKind.keyRevocation || $0.type == SignatureKind.subkeyRevocation
        }
        let bindings = selfSignatures.filter { !isRevocation($0) && $0.expirationTime == nil }
        guard let newest = bindings.max(by: { $0.creationTime < $1.creationTime }) else { return nil }
        maySign = newest.keyFlags & Self.maySignFlag != 0
        expirationTime = newest.keyValiditySeconds.map { UInt64(key.creationTime) + UInt64($0) }
        isRevoked = selfSignatures.contains(where: isRevocation)
    }

    func isExpired(at now: UInt64) -> Bool { expirationTime.map { $0 <= now } ?? false }
}
