import Attestation
import Cryptography
import Policy
import Publisher
import Refusals

/// Decides what evidence may be kept, before anything of it is.
struct EvidenceAdmission {
    private let policy: SigningPolicy
    private let distribution: SHA256Digest
    private let now: UInt64
    private let keepsExpired: Bool
    private let verifier: EvidenceVerifier

    /// Evidence whose time is over is kept only if `keepsExpired` says so.
    init(
        policy: SigningPolicy, distribution: SHA256Digest, now: UInt64, keepsExpired: Bool = false,
        knowing known: GoodSignatures
    ) {
        self.policy = policy
        self.distribution = distribution
        self.now = now
        self.keepsExpired = keepsExpired
        verifier = EvidenceVerifier(policy: policy, now: now, knowing: known)
    }

    /// Reads an envelope and what it states; `name` is the file's in the error.
    static func parse(
        _ untrustedBytes: [UInt8], named name: String
    ) throws(SchedulerDirectoryError) -> (envelope: Envelope, statement: Statement) {
        do throws(AttestationError) {
            let envelope = try Envelope(parsingDSSE: untrustedBytes, maximumBytes: EvidenceStore.maximumEnvelope)
            let statement = try Statement(parsing: envelope.payload, maximumBytes: EvidenceStore.maximumEnvelope)
            return (envelope, statement)
        } catch {
            throw .turnedAway(file: name, reason: "\(error)")
        }
    }

    /// Why evidence is not kept: a signature that counts for nothing, or a time or distribution that is not ours.
    func refusal(of envelope: Envelope) throws(SchedulerDirectoryError) -> Refusal? {
        let refusal: Refusal? =
            switch try verifier.verify(envelope) {
            case .refused(let refusal): refusal
            case .verified(let verified): policy.refusal(for: verified, distribution: distribution, now: now)
            }
        return switch refusal {
        case .evidenceNotYetValid?: nil
        case .evidenceExpired? where keepsExpired: nil
        default: refusal
        }
    }
}
