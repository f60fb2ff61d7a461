import Attestation
import Cryptography
public import Policy
public import Refusals
import SigningProtocol

/// What became of the envelopes of one request.
public struct CheckedEvidence: Sendable {
    /// The statements whose signatures verified.
    public var verified: [VerifiedStatement]
    /// Why other envelopes count for nobody.
    public var rejected: [Refusal]

    /// Puts the parts together.
    public init(verified: [VerifiedStatement] = [], rejected: [Refusal] = []) {
        self.verified = verified
        self.rejected = rejected
    }
}

/// The statements of a request, sorted into those that may count and the reasons why others may not.
struct Evidence: Sendable {
    /// Statements whose signature, signer, window, policy and distribution are good.
    let usable: [VerifiedStatement]
    /// Why the others are not; reported only where a requirement is not met without them.
    let setAside: [Refusal]

    /// Sorts the statements of people and machines of a policy; `madeUnder` is the policy that they name, if it is another.
    init(
        sorting verified: [VerifiedStatement], rejected: [Refusal], policy: SigningPolicy,
        madeUnder: SigningPolicy? = nil, distribution: SHA256Digest, now: UInt64
    ) {
        let namedPolicy = madeUnder ?? policy
        var usable: [VerifiedStatement] = []
        var setAside = rejected
        var seen = Set<SHA256Digest>()
        for statement in verified where seen.insert(statement.digest).inserted {
            let header = statement.statement.header
            if let refusal = namedPolicy.refusal(for: header, distribution: distribution, now: now)
                ?? policy.refusal(forSignerOf: statement)
            {
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
