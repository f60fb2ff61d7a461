import Attestation
import Cryptography
import Policy
import Publisher
import Refusals
import SchedulerStore

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

/// Evidence files: their name and size, and what the signatures in them are worth.
enum EvidenceStore {
    static let maximumEnvelope = 4 << 20
    static let suffix = ".dsse.json"

    /// The envelopes with what their signatures are worth under a policy.
    static func checked(
        _ envelopes: [KeptEnvelope], under policy: SigningPolicy, now: UInt64, knowing known: GoodSignatures
    ) throws(SchedulerDirectoryError) -> [KeptEvidence] {
        let verifier = EvidenceVerifier(policy: policy, now: now, knowing: known)
        var kept: [KeptEvidence] = []
        for one in envelopes {
            kept.append(
                KeptEvidence(
                    envelope: one.envelope, digest: one.envelope.digest, statement: one.statement,
                    verdict: try verifier.verify(one.envelope)))
        }
        return kept
    }
}
