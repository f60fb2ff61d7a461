public import Attestation
public import Cryptography
import OpenPGPFormat
public import Policy
public import Refusals

/// What a policy says of one envelope.
///
/// Only OpenPGPFormat looks at the signature here; the enclave also asks GPGME before anything counts.
public enum EvidenceCheck: Hashable, Sendable {
    /// The signature is good and by this key; `refusal` says why the statement does not count all the same, if so.
    case good(VerifiedStatement, key: String, refusal: Refusal?)
    /// The signature is not good.
    case bad(reason: String)

    /// Checks the signature, then time, policy and signer, as of `now` in Unix seconds.
    public init(
        _ envelope: Envelope, _ statement: Statement, under policy: SigningPolicy, distribution: SHA256Digest,
        at now: UInt64
    ) {
        let id = statement.header.signer
        switch Self.verdict(on: envelope, of: id, under: policy, at: now) {
        case .success(let (verdict, key)):
            guard case .signer(let signer) = verdict else {
                self = .bad(reason: "the key \(key) is not \(id)'s, or is revoked in the policy")
                return
            }
            let verified = VerifiedStatement(
                uncheckedAfterVerification: statement, digest: envelope.digest, signer: signer)
            self = .good(
                verified, key: key, refusal: policy.refusal(for: verified, distribution: distribution, now: now))
        case .failure(let problem): self = .bad(reason: problem.reason)
        }
    }

    private struct Problem: Error { let reason: String }

    private static func verdict(
        on envelope: Envelope, of id: SignerID, under policy: SigningPolicy, at now: UInt64
    ) -> Result<(SignerVerdict, key: String), Problem> {
        switch policy.verificationKey(for: id) {
        case nil: return .failure(Problem(reason: "the policy has no person or machine \(id)"))
        case .ed25519(let key):
            guard let signature = try? Ed25519Signature(bytes: envelope.signature) else {
                return .failure(Problem(reason: "expected the 64 bytes of an Ed25519 signature"))
            }
            return key.isValidSignature(signature, over: envelope.signedBytes)
                ? .success((policy.signer(claimedMachine: id), key.hex))
                : .failure(Problem(reason: "it does not fit the statement and \(id)'s key"))
        case .openPGP(let certificates):
            var reason = "the policy has no certificate of \(id)"
            for certificate in certificates {
                let result = certificate.verify(
                    signature: envelope.signature, over: .bytes(envelope.signedBytes), at: now)
                if case .valid(let verdict) = result {
                    let signer = policy.signer(
                        claimed: id, primary: verdict.primaryFingerprint, signing: verdict.signingFingerprint)
                    return .success((signer, verdict.signingFingerprint.hex))
                }
                if result != .unknownKey || certificate == certificates.first { reason = result.reason(for: id) }
            }
            return .failure(Problem(reason: reason))
        }
    }
}

extension SignatureVerification {
    /// Why the signature is not good.
    fileprivate func reason(for id: SignerID) -> String {
        switch self {
        case .valid: "it is good"
        case .bad: "it does not fit the statement"
        case .expiredSignature: "it has expired"
        case .expiredKey: "the key has expired"
        case .revokedKey: "the key was revoked by its owner"
        case .unknownKey: "it was made by a key that is not \(id)'s or may not sign"
        case .malformed: "expected one binary detached version 4 signature"
        case .unsupportedAlgorithm: "its algorithm is not accepted"
        }
    }
}
