public import Cryptography
public import EnclaveCore
public import Refusals

/// What the enclave's rules say of one job, as this scheduler sees it.
public struct Explanation: Sendable {
    /// What the job is, in one line.
    public let job: String
    /// The job's hash, if it was made; nil for what a job would be.
    public let hash: SHA256Digest?
    /// Why it would be refused; empty if it would be signed.
    public let refusals: [Refusal]
    /// What each rule says of each thing.
    public let findings: [Finding]
    /// The rules that were not reached.
    public let unreached: [Rule]
    /// Why the enclave itself refused the very same when it was last asked, such as for a rate that only it can count.
    public let answered: [Refusal]

    init(job: String, hash: SHA256Digest? = nil, impossible refusals: [Refusal]) {
        (self.job, self.hash, self.refusals) = (job, hash, refusals)
        findings = []
        unreached = []
        answered = []
    }

    init(job: String, hash: SHA256Digest? = nil, _ explained: ExplainedDecision, answered: [Refusal] = []) {
        (self.job, self.hash, self.answered) = (job, hash, answered)
        findings = explained.findings
        unreached = explained.unreached
        guard case .refused(let refusals) = explained.decision else {
            refusals = []
            return
        }
        self.refusals = refusals
    }
}
