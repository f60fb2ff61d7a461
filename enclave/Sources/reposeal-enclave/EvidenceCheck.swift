import Attestation
import Cryptography
import EnclaveCore
import JailClients
import OpenPGPFormat
import Policy
import Refusals

/// Checks envelopes in the verifier jails, each envelope in jails of its own (H3).
struct EvidenceCheck {
    let policy: SigningPolicy
    let jail: VerifierJail

    /// How many envelopes have jails at a time.
    private static let envelopesAtOnce = 2

    /// Throws `malformedEvidence` for an envelope that is malformed, that two implementations disagree about, or on which
    /// a verifier fails, and `jailFailed` where that says nothing about the envelope; an envelope that comes twice is checked once.
    func callAsFunction(_ envelopes: [Envelope]) throws(MonitorError) -> CheckedEvidence {
        var checked = CheckedEvidence()
        var seen = Set<Envelope>()
        var waiting = envelopes.enumerated().filter { seen.insert($0.element).inserted }[...]
        var running: ArraySlice<EnvelopeCheck> = []
        while !waiting.isEmpty || !running.isEmpty {
            while running.count < Self.envelopesAtOnce, let (index, envelope) = waiting.popFirst() {
                running.append(try malformed(index) { try begin(envelope, index) })
            }
            guard let check = running.popFirst() else { break }
            switch try malformed(check.index, { try verdict(of: check) }) {
            case .signer(let signer):
                checked.verified.append(
                    VerifiedStatement(
                        uncheckedAfterVerification: check.statement, digest: check.envelope.digest, signer: signer))
            case .refused(let refusal): checked.rejected.append(refusal)
            }
        }
        return checked
    }

    private func malformed<Value>(_ index: Int, _ body: () throws -> Value) throws(MonitorError) -> Value {
        do { return try body() } catch let error as JailClientError where error.isOurs {
            // Asked for again, an envelope that takes too long would only take as long again.
            if error.tookTooLong { throw .malformedEvidence(index: index, reason: "\(error)") }
            throw .jailFailed(reason: "\(error)")
        } catch {
            throw .malformedEvidence(index: index, reason: "\(error)")
        }
    }

    /// Starts the verifiers of an envelope, a person's with the first certificate.
    private func begin(_ envelope: Envelope, _ index: Int) throws -> EnvelopeCheck {
        let statement = try Statement(parsing: envelope.payload, maximumBytes: Int(policy.limits.maxStatementBytes))
        var check = EnvelopeCheck(index: index, envelope: envelope, statement: statement)
        switch policy.verificationKey(for: statement.header.signer) {
        case nil: break
        case .ed25519(let key):
            // What has another length is no signature at all.
            check.signature = try (try? Ed25519Signature(bytes: envelope.signature)).map {
                try jail.begin(ed25519Signature: $0, over: envelope.signedBytes, publicKey: key)
            }
        case .openPGP(let certificates):
            check.signature = try certificates.first.map { try begin(envelope, by: $0) }
        }
        return check
    }

    private func begin(_ envelope: Envelope, by certificate: Certificate) throws -> SignatureCheck {
        try jail.begin(
            openPGPSignature: envelope.signature, over: envelope.signedBytes, certificate: certificate.bytes)
    }

    /// Tries a person's certificates in turn; the first one that knows the signing key decides.
    private func verdict(of check: EnvelopeCheck) throws -> SignerVerdict {
        let id = check.statement.header.signer
        switch policy.verificationKey(for: id) {
        case nil: return .refused(.unknownSigner)
        case .ed25519:
            let outcome = try check.signature?.outcome() ?? .bad
            return outcome != .bad ? policy.signer(claimedMachine: id) : .refused(.signatureInvalid)
        case .openPGP(let certificates):
            var signature = check.signature
            var others = certificates.dropFirst()
            while let outcome = try signature?.outcome() {
                if let verdict = policy.signer(claimed: id, after: outcome) { return verdict }
                signature = try others.popFirst().map { try begin(check.envelope, by: $0) }
            }
            return .refused(.unknownSigner)
        }
    }
}

/// An envelope whose verifiers were started.
private struct EnvelopeCheck {
    let index: Int
    let envelope: Envelope
    let statement: Statement
    /// Nil where there is nothing to verify with.
    var signature: SignatureCheck?
}
