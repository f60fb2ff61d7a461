import Cryptography
import Policy
import Refusals
import SigningProtocol

/// The statements of a job, sorted into those that may count and the reasons why others may not.
struct Evidence: Sendable {
    /// Statements whose signature, signer, window, policy and distribution are good.
    let usable: [VerifiedStatement]
    /// Why the others are not; reported only where a requirement is not met without them.
    let setAside: [Refusal]

    init(
        sorting verified: [VerifiedStatement], rejected: [Refusal], policy: SigningPolicy, distribution: SHA256Digest,
        now: UInt64
    ) {
        var usable: [VerifiedStatement] = []
        var setAside = rejected
        var seen = Set<SHA256Digest>()
        for statement in verified where seen.insert(statement.digest).inserted {
            if let refusal = policy.refusal(for: statement, distribution: distribution, now: now) {
                setAside.append(refusal)
            } else {
                usable.append(statement)
            }
        }
        self.usable = usable
        self.setAside = setAside
    }

    /// What to answer when a requirement is not met: first why evidence was set aside, then what is missing.
    func explaining(_ shortfall: [Refusal]) -> [Refusal] {
        shortfall.isEmpty ? [] : setAside + shortfall
    }
}
