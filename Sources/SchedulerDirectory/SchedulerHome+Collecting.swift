import Attestation
public import BuilderTokens
public import Cryptography
import Descriptors
import Policy
import Publisher
public import Refusals
public import UploadStore

/// What became of evidence that came over the network.
public enum EvidenceReceipt: Hashable, Sendable {
    /// It lies in `incoming`; the digest names the statement.
    case accepted(digest: SHA256Digest)
    /// It counts for nothing, and nothing of it was kept.
    case refused(Refusal)
}

/// What comes over the network from those whom the policy knows; nothing here takes the lock.
extension SchedulerHome {
    /// The uploads on their way into `incoming`, which one process has, in one value.
    public func uploads(limits: UploadLimits = UploadLimits()) -> UploadStore {
        UploadStore(folder: layout.uploads, incoming: layout.incoming, limits: limits)
    }

    /// What a builder's token is worth for a method now, under the policy as it is now.
    public func verdict(
        on token: SignedUploadToken, method: String
    ) throws(SchedulerDirectoryError) -> TokenVerdict {
        let (policy, distribution) = try policyAndDistribution()
        return token.verdict(
            under: policy, distribution: distribution, method: method, now: SystemClock.realtimeSeconds())
    }

    /// Puts evidence into `incoming` if it is by somebody whom the policy knows; else nothing is stored.
    ///
    /// Bytes that are no evidence are `turnedAway`. The next pass takes it, or turns it away for what has changed since.
    public func receive(untrustedEvidence: [UInt8]) throws(SchedulerDirectoryError) -> EvidenceReceipt {
        let (envelope, _) = try EvidenceAdmission.parse(untrustedEvidence, named: "evidence")
        let (policy, distribution) = try policyAndDistribution()
        let admission = EvidenceAdmission(
            policy: policy, distribution: distribution, now: SystemClock.realtimeSeconds(), knowing: signatures)
        if let refusal = try admission.refusal(of: envelope) { return .refused(refusal) }
        // Whoever has an envelope can write it in many ways; it is kept once, however often and however it comes.
        if try self.envelope(envelope.digest) != nil { return .accepted(digest: envelope.digest) }
        let bytes = envelope.dsseBytes
        let folder = "\(layout.incoming)/\(SHA256.digest(of: bytes))"
        try durably {
            try DurableFile.put(into: folder) { () throws(DescriptorError) in
                try DurableFile.write(bytes, to: "\(folder)/\(envelope.digest)\(EvidenceStore.suffix)")
            }
        }
        return .accepted(digest: envelope.digest)
    }

    /// The policy as it is now, and the identity of its distribution.
    func policyAndDistribution() throws(SchedulerDirectoryError) -> (SigningPolicy, SHA256Digest) {
        let policy = try configuration.policy()
        guard let distribution = try layout.distribution(of: policy) else {
            throw .missing(file: layout.distribution, advice: "reposeal sign asks the enclave for it")
        }
        return (policy, distribution)
    }
}
