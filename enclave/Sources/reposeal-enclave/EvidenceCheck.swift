import Attestation
import Cryptography
import EnclaveCore
import JailClients
import OpenPGPFormat
import Policy
import Refusals

/// Checks envelopes in the verifier jails, one envelope at a time.
struct EvidenceCheck {
    let policy: SigningPolicy
    let jail: VerifierJail

    /// Throws `malformedEvidence` for an envelope that is malformed, that two implementations disagree about, or on which
    /// a verifier fails; an envelope that comes twice is checked once.
    func callAsFunction(_ envelopes: [Envelope]) throws(MonitorError) -> CheckedEvidence {
        var checked = CheckedEvidence()
        var seen = Set<Envelope>()
        for (index, envelope) in envelopes.enumerated() where seen.insert(envelope).inserted {
            do {
                let statement = try Statement(
                    parsing: envelope.payload, maximumBytes: Int(policy.limits.maxStatementBytes))
                switch try verdict(on: envelope, claimed: statement.header.signer) {
                case .signer(let signer):
                    checked.verified.append(
                        VerifiedStatement(
                            uncheckedAfterVerification: statement, digest: envelope.digest, signer: signer))
                case .refused(let refusal): checked.rejected.append(refusal)
                }
            } catch {
                throw .malformedEvidence(index: index, reason: "\(error)")
            }
        }
        return checked
    }

    private func verdict(on envelope: Envelope, claimed id: SignerID) throws -> SignerVerdict {
        switch policy.verificationKey(for: id) {
        case nil: return .refused(.unknownSigner)
        case .ed25519(let key):
            let isValid = try jail.verifyEd25519(
                signature: envelope.signature, over: envelope.signedBytes, publicKey: key)
            return isValid ? policy.signer(claimedMachine: id) : .refused(.signatureInvalid)
        case .openPGP(let certificates):
            return try verdict(on: envelope, claimed: id, certificates: certificates)
        }
    }

    /// Tries the person's certificates in turn; the first one that knows the signing key decides.
    private func verdict(
        on envelope: Envelope, claimed id: SignerID, certificates: [Certificate]
    ) throws -> SignerVerdict {
        for certificate in certificates {
            let check = try jail.verify(
                openPGPSignature: envelope.signature, over: envelope.signedBytes, certificate: certificate.bytes)
            if let verdict = policy.signer(claimed: id, after: check) { return verdict }
        }
        return .refused(.unknownSigner)
    }
}
