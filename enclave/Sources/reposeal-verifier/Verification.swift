import Cryptography
import Descriptors
import JailRecords
import OpenPGPFormat
import OpenPGPVerification

/// Where gpg keeps what it imports: memory that ends with the jail.
private let gpgHome = "/job"

/// Checks what the request holds; throws where a certificate is no certificate or gpg does not work.
func outcome(of request: VerificationRequest) throws -> SignatureVerification {
    switch request {
    case .gpgme(let certificate, let content, let signature):
        return try gpg(knowing: certificate).verify(signature: signature, content: content)
    case .openSSL(let certificate, let content, let signature):
        return try Certificate(parsing: certificate)
            .verify(signature: signature, over: .bytes(content), at: SystemClock.realtimeSeconds())
    case .ed25519(let key, let content, let signature):
        return key.isValidSignature(signature, over: content) ? try .validWithoutOpenPGP : .bad
    case .packages(let certificate, let items):
        return try outcome(of: items, certificate: Certificate(parsing: certificate))
    }
}

/// Checks a signed message while it comes.
func outcome(ofMessageFrom input: borrowing Descriptor, certificate: [UInt8]) throws -> SignatureVerification {
    try SignedMessageVerifier(certificate: certificate, directory: gpgHome).verify(messageFrom: input.number)
}

private func gpg(knowing certificate: [UInt8]) throws -> GPGMEVerifier {
    let verifier = try GPGMEVerifier(homeDirectory: gpgHome)
    try verifier.importCertificate(certificate)
    return verifier
}

/// The first outcome that is not valid, or the verdict on the last item.
private func outcome(of items: [VerificationRequest.Item], certificate: Certificate) -> SignatureVerification {
    var outcome = SignatureVerification.bad
    for item in items {
        outcome = certificate.verify(
            signature: item.signature, over: .state(item.state), at: SystemClock.realtimeSeconds())
        guard case .valid = outcome else { return outcome }
    }
    return outcome
}

extension SignatureVerification {
    /// Valid, by a key that has no fingerprint.
    fileprivate static var validWithoutOpenPGP: Self {
        get throws {
            let none = try Fingerprint(bytes: [UInt8](repeating: 0, count: Fingerprint.byteCount))
            return .valid(
                SignatureVerdict(
                    primaryFingerprint: none, signingFingerprint: none, creationTime: 0, expirationTime: nil))
        }
    }
}
