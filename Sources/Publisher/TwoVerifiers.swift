package import Cryptography
package import OpenPGPFormat

/// One certificate, against which gpg and our own reader both check a signature (H3).
package final class TwoVerifiers {
    /// Above this size only our own reader checks a package, from its SHA-256 state: gpg is handed whole documents.
    private static let largestDocument: UInt64 = 256 << 20

    /// The certificate whose keys count.
    package let certificate: Certificate
    private let certificateDigest: SHA256Digest
    private let known: GoodSignatures
    private let form: SignedForm
    private var detached: DetachedReader?
    private var messages: MessageReader?

    /// Whether gpg was needed.
    var hasAskedGPG: Bool { detached != nil || messages != nil }

    /// Checks by this certificate alone; what gpg found good according to `known` is not given to it again.
    package init(
        certificate: Certificate, reading form: SignedForm = .detached, knowing known: GoodSignatures = GoodSignatures()
    ) {
        self.certificate = certificate
        self.form = form
        self.known = known
        certificateDigest = SHA256.digest(of: certificate.bytes)
    }

    /// Checks a detached signature over bytes as of `now`, in Unix seconds; where the two differ it is bad.
    ///
    /// Whoever has the SHA-256 state over the bytes already may give it.
    package func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8], state: SHA256State? = nil, at now: UInt64
    ) throws(PublisherError) -> SignatureVerification {
        let state = state ?? SHA256State(over: content)
        return try verify(untrustedSignature, over: content, state, asOf: now, whatExpiredCounts: false)
    }

    /// The same as of a time that is past: what was good then stays good, although gpg knows only that it expired since.
    package func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8], asOf time: UInt64
    ) throws(PublisherError) -> SignatureVerification {
        try verify(untrustedSignature, over: content, SHA256State(over: content), asOf: time, whatExpiredCounts: true)
    }

    private func verify(
        _ untrustedSignature: [UInt8], over content: [UInt8], _ state: SHA256State, asOf time: UInt64,
        whatExpiredCounts: Bool
    ) throws(PublisherError) -> SignatureVerification {
        let packet = try? SignaturePacket(parsing: untrustedSignature)
        let isOverState = packet?.hashAlgorithm == .sha256
        let own = certificate.verify(
            signature: untrustedSignature, over: isOverState ? .state(state) : .bytes(content), at: time)
        guard case .valid(let verdict) = own else { return own }
        let question = question(of: untrustedSignature, state)
        if known.contains(question) { return own }
        let other: SignatureVerification
        if form == .message, isOverState, let packet {
            other = try messageReader().verify(
                untrustedSignature, packet, by: verdict.signingFingerprint, over: content)
        } else {
            other = try detachedReader().verify(untrustedSignature, over: content)
        }
        if whatExpiredCounts, other == .expiredSignature || other == .expiredKey { return own }
        guard case .valid(let second) = other else { return other }
        guard
            second.primaryFingerprint == verdict.primaryFingerprint,
            second.signingFingerprint == verdict.signingFingerprint
        else { return .bad }
        known.insert(question)
        return own
    }

    /// Checks a detached signature over a file whose SHA-256 state was computed before.
    package func verify(
        _ untrustedSignature: [UInt8], overFile path: String, state: SHA256State, at now: UInt64
    ) throws(PublisherError) -> SignatureVerification {
        let isKnown = known.contains(question(of: untrustedSignature, state))
        if isKnown || state.length > Self.largestDocument {
            let own = certificate.verify(signature: untrustedSignature, over: .state(state), at: now)
            if own != .unsupportedAlgorithm || !isKnown { return own }
        }
        let content = try publishing { try DurableFile.read(path, limit: Int(Self.largestDocument)) }
        guard SHA256.digest(of: content) == state.digest() else { return .bad }
        return try verify(untrustedSignature, over: content, state: state, at: now)
    }

    /// What our own reader alone says of a detached signature over a file with this SHA-256 state.
    func ownOpinion(of untrustedSignature: [UInt8], state: SHA256State, at now: UInt64) -> SignatureVerification {
        certificate.verify(signature: untrustedSignature, over: .state(state), at: now)
    }

    private func question(of signature: [UInt8], _ state: SHA256State) -> GoodSignatures.Question {
        GoodSignatures.Question(
            certificate: certificateDigest, signature: SHA256.digest(of: signature), content: state.digest())
    }

    private func detachedReader() throws(PublisherError) -> DetachedReader {
        if let detached { return detached }
        let reader = try DetachedReader(certificate: certificate)
        detached = reader
        return reader
    }

    private func messageReader() throws(PublisherError) -> MessageReader {
        if let messages { return messages }
        let reader = try MessageReader(certificate: certificate)
        messages = reader
        return reader
    }
}

extension SHA256State {
    fileprivate init(over content: [UInt8]) {
        var hash = SHA256()
        hash.update(content)
        self = hash.exportState()
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
