import Cryptography

/// Who signed, and when.
public struct SignatureVerdict: Hashable, Sendable {
    /// The primary key, which names the person.
    public let primaryFingerprint: Fingerprint
    /// The key or subkey that made the signature.
    public let signingFingerprint: Fingerprint
    /// When the signer says that it was made, in seconds since 1970.
    public let creationTime: UInt64
    /// When it stops being valid, if ever.
    public let expirationTime: UInt64?

    /// States a verdict.
    public init(
        primaryFingerprint: Fingerprint, signingFingerprint: Fingerprint, creationTime: UInt64, expirationTime: UInt64?
    ) {
        self.primaryFingerprint = primaryFingerprint
        self.signingFingerprint = signingFingerprint
        self.creationTime = creationTime
        self.expirationTime = expirationTime
    }
}

/// What became of checking one detached signature.
public enum SignatureVerification: Hashable, Sendable {
    /// Good, in force, and by a key that may sign.
    case valid(SignatureVerdict)
    /// The content or the signature was changed, or their times cannot be right.
    case bad
    /// Good once, but its own validity is over.
    case expiredSignature
    /// Good, but the key's validity is over.
    case expiredKey
    /// Good, but the key was revoked.
    case revokedKey
    /// Made by a key that is not in the certificate or may not sign.
    case unknownKey
    /// Not one binary detached version 4 signature.
    case malformed
    /// Uses an algorithm that is too weak or unknown here.
    case unsupportedAlgorithm

    /// How far, in seconds, a signature's creation time may lie in the future.
    public static let allowedClockSkew: UInt64 = 300
}

extension Certificate {
    /// Checks a detached signature over a binary document as of `now`, in seconds since 1970.
    public func verify(
        signature untrustedBytes: [UInt8], over content: SignedContent, at now: UInt64
    ) -> SignatureVerification {
        do {
            return verify(try SignaturePacket(parsing: untrustedBytes), over: content, at: now)
        } catch .unsupported {
            return .unsupportedAlgorithm
        } catch {
            return .malformed
        }
    }

    /// Checks a parsed signature over a binary document as of `now`, in seconds since 1970.
    ///
    /// Where several things are wrong, the one that gpg would name is named.
    public func verify(
        _ signature: SignaturePacket, over content: SignedContent, at now: UInt64
    ) -> SignatureVerification {
        guard signature.isOverBinaryDocument else { return .malformed }
        guard let key = keys.first(where: { signature.isIssued(by: $0.fingerprint) }) else { return .unknownKey }
        guard key.material.algorithm != nil, primary.material.algorithm != nil else { return .unsupportedAlgorithm }
        if case .state = content, signature.hashAlgorithm != .sha256 { return .unsupportedAlgorithm }
        guard signature.isValid(by: key, over: content) else { return .bad }
        guard let binding = bindings[key.fingerprint], let owner = bindings[primary.fingerprint], binding.maySign else {
            return .unknownKey
        }
        let creationTime = UInt64(signature.creationTime)
        guard signature.creationTime >= key.creationTime,
            creationTime <= now + SignatureVerification.allowedClockSkew
        else { return .bad }
        if let end = signature.expirationTime, end <= now { return .expiredSignature }
        if binding.isExpired(at: now) || owner.isExpired(at: now) { return .expiredKey }
        if binding.isRevoked || owner.isRevoked { return .revokedKey }
        return .valid(
            SignatureVerdict(
                primaryFingerprint: primary.fingerprint, signingFingerprint: key.fingerprint,
                creationTime: creationTime, expirationTime: signature.expirationTime))
    }
}
