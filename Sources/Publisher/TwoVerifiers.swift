package import Cryptography
package import OpenPGPFormat
import OpenPGPVerification

/// One certificate, against which gpg and our own reader both check a signature (H3).
package final class TwoVerifiers {
    /// Above this size only our own reader checks a package, from its SHA-256 state: gpg is handed whole documents.
    private static let largestDocument: UInt64 = 256 << 20

    /// The certificate whose keys count.
    package let certificate: Certificate
    private let home: TemporaryFolder
    private let gpg: GPGMEVerifier

    /// Prepares a home directory for gpg that holds this certificate alone and goes with this value.
    package init(certificate: Certificate) throws(PublisherError) {
        self.certificate = certificate
        home = try publishing { try TemporaryFolder() }
        do {
            gpg = try GPGMEVerifier(homeDirectory: home.path)
            try gpg.importCertificate(certificate.bytes)
        } catch {
            throw .verifier("gpg cannot verify with certificate \(certificate.fingerprint): \(error)")
        }
    }

    /// Checks a detached signature over bytes as of `now`, in Unix seconds; where the two differ it is bad.
    package func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8], at now: UInt64
    ) throws(PublisherError) -> SignatureVerification {
        try verify(untrustedSignature, over: content, asOf: now, whatExpiredCounts: false)
    }

    /// The same as of a time that is past: what was good then stays good, although gpg knows only that it expired since.
    package func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8], asOf time: UInt64
    ) throws(PublisherError) -> SignatureVerification {
        try verify(untrustedSignature, over: content, asOf: time, whatExpiredCounts: true)
    }

    private func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8], asOf time: UInt64, whatExpiredCounts: Bool
    ) throws(PublisherError) -> SignatureVerification {
        let own = certificate.verify(signature: untrustedSignature, over: .bytes(content), at: time)
        guard case .valid(let verdict) = own else { return own }
        do {
            let other = try gpg.verify(signature: untrustedSignature, content: content)
            if whatExpiredCounts, other == .expiredSignature || other == .expiredKey { return own }
            guard case .valid(let second) = other else { return other }
            let isSame =
                second.primaryFingerprint == verdict.primaryFingerprint
                && second.signingFingerprint == verdict.signingFingerprint
            return isSame ? own : .bad
        } catch {
            throw .verifier("gpg failed: \(error)")
        }
    }

    /// Checks a detached signature over a file whose SHA-256 state was computed before.
    package func verify(
        _ untrustedSignature: [UInt8], overFile path: String, state: SHA256State, at now: UInt64
    ) throws(PublisherError) -> SignatureVerification {
        guard state.length > Self.largestDocument else {
            let content = try publishing { try DurableFile.read(path, limit: Int(Self.largestDocument)) }
            guard SHA256.digest(of: content) == state.digest() else { return .bad }
            return try verify(untrustedSignature, over: content, at: now)
        }
        return certificate.verify(signature: untrustedSignature, over: .state(state), at: now)
    }
}

extension SignatureVerification {
    /// Nil if the signature is good; else what is wrong with it, to complete "the signature is …".
    package var problem: String? {
        switch self {
        case .valid: nil
        case .bad: "bad"
        case .expiredSignature: "expired"
        case .expiredKey: "by an expired key"
        case .revokedKey: "by a revoked key"
        case .unknownKey: "by another key than the policy names"
        case .malformed: "not one binary detached OpenPGP signature"
        case .unsupportedAlgorithm: "by an algorithm that does not count"
        }
    }
}
