import Attestation
import Cryptography
import OpenPGPFormat
import Policy
import Publisher
import Refusals

/// Checks the signatures of evidence under one policy, each once.
final class EvidenceVerifier {
    private let policy: SigningPolicy
    private let now: UInt64
    private let known: GoodSignatures
    private var verifiers: [Fingerprint: TwoVerifiers] = [:]

    /// What gpg found good according to `known` is not given to it again.
    init(policy: SigningPolicy, now: UInt64, knowing known: GoodSignatures) {
        self.policy = policy
        self.now = now
        self.known = known
    }

    enum Verdict {
        case verified(VerifiedStatement)
        case refused(Refusal)

        /// The statement as the rules take it; nil if its signature does not count.
        var verified: VerifiedStatement? {
            guard case .verified(let verified) = self else { return nil }
            return verified
        }

        /// Why the signature does not count; nil if it does.
        var refusal: Refusal? {
            guard case .refused(let refusal) = self else { return nil }
            return refusal
        }
    }

    /// Verifies one envelope; malformed bytes are an error, a signature that does not count is a refusal.
    func verify(_ envelope: Envelope) throws(SchedulerDirectoryError) -> Verdict {
        let statement: Statement
        do throws(AttestationError) {
            statement = try Statement(
                parsing: envelope.payload, maximumBytes: Int(clamping: policy.limits.maxStatementBytes))
        } catch {
            throw .turnedAway(file: "evidence", reason: "\(error)")
        }
        let id = statement.header.signer
        switch try verdict(on: envelope, claimed: id) {
        case .refused(let refusal): return .refused(refusal)
        case .signer(let signer):
            return .verified(
                VerifiedStatement(uncheckedAfterVerification: statement, digest: envelope.digest, signer: signer))
        }
    }

    /// Decides as the enclave does: the first certificate that knows the signing key says what the signature is worth.
    private func verdict(
        on envelope: Envelope, claimed id: SignerID
    ) throws(SchedulerDirectoryError) -> SignerVerdict {
        switch policy.verificationKey(for: id) {
        case nil: return .refused(.unknownSigner)
        case .ed25519(let key)?:
            guard let signature = try? Ed25519Signature(bytes: envelope.signature),
                key.isValidSignature(signature, over: envelope.signedBytes)
            else { return .refused(.signatureInvalid) }
            return policy.signer(claimedMachine: id)
        case .openPGP(let certificates)?:
            for certificate in certificates {
                let verification = try durably {
                    try verifier(of: certificate).verify(envelope.signature, over: envelope.signedBytes, at: now)
                }
                if let verdict = policy.signer(claimed: id, after: verification) { return verdict }
            }
            return .refused(.unknownSigner)
        }
    }

    private func verifier(of certificate: Certificate) -> TwoVerifiers {
        if let known = verifiers[certificate.fingerprint] { return known }
        let verifier = TwoVerifiers(certificate: certificate, knowing: known)
        verifiers[certificate.fingerprint] = verifier
        return verifier
    }
}
