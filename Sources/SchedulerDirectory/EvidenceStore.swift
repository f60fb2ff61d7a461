import Attestation
import Cryptography
import Policy
import Publisher
import Refusals

/// One accepted statement with its envelope, and what its signature is worth under the policy in force.
struct KeptEvidence {
    let envelope: Envelope
    let digest: SHA256Digest
    let statement: Statement
    let verdict: EvidenceVerifier.Verdict

    /// The statement as the rules take it; nil if its signature does not count.
    var verified: VerifiedStatement? { verdict.verified }

    /// Why the signature does not count; nil if it does.
    var refusal: Refusal? { verdict.refusal }
}

/// The envelopes under `evidence/`, by the SHA-256 of what was signed.
struct EvidenceStore {
    static let maximumEnvelope = 4 << 20
    static let suffix = ".dsse.json"

    let layout: DirectoryLayout

    /// Keeps an envelope; false if it is known already.
    func keep(_ envelope: Envelope) throws(SchedulerDirectoryError) -> Bool {
        let path = layout.evidence(envelope.digest)
        if DurableFile.exists(path) { return false }
        try durably { try DurableFile.write(envelope.dsseBytes, to: path) }
        return true
    }

    /// Every kept envelope with what it states, not verified.
    func all() throws(SchedulerDirectoryError) -> [(envelope: Envelope, statement: Statement)] {
        var found: [(envelope: Envelope, statement: Statement)] = []
        for name in try durably({ try DurableFile.names(in: layout.evidence) }) where name.hasSuffix(Self.suffix) {
            let path = "\(layout.evidence)/\(name)"
            let bytes = try durably { try DurableFile.read(path, limit: Self.maximumEnvelope) }
            guard let envelope = try? Envelope(parsingDSSE: bytes),
                let statement = try? Statement(parsing: envelope.payload, maximumBytes: Self.maximumEnvelope)
            else {
                throw .malformed(file: path, field: "envelope", expected: "the evidence that was accepted; remove it")
            }
            found.append((envelope, statement))
        }
        return found
    }

    /// The envelopes with what their signatures are worth under a policy.
    func checked(
        _ envelopes: [(envelope: Envelope, statement: Statement)], under policy: SigningPolicy, now: UInt64
    ) throws(SchedulerDirectoryError) -> [KeptEvidence] {
        let verifier = EvidenceVerifier(policy: policy, now: now)
        var kept: [KeptEvidence] = []
        for (envelope, statement) in envelopes {
            kept.append(
                KeptEvidence(
                    envelope: envelope, digest: envelope.digest, statement: statement,
                    verdict: try verifier.verify(envelope)))
        }
        return kept
    }
}
