import Cryptography
import EnclaveCore
import Policy
import Refusals
public import SchedulerDirectory

/// What the enclave's rules say of one job, as the API has it.
public struct ExplanationDocument: Codable, Hashable, Sendable {
    /// What one rule says of one thing.
    public struct Item: Codable, Hashable, Sendable {
        /// The rule.
        public let rule: String
        /// What it was applied to.
        public let subject: String
        /// Whether it holds.
        public let holds: Bool
        /// The evidence that it counted.
        public let evidence: [Count]
        /// Why it does not hold.
        public let refusals: [RefusalDocument]
    }

    /// How much evidence of one kind there is.
    public struct Count: Codable, Hashable, Sendable {
        /// The kind of statement.
        public let kind: String
        /// The role of those who make it.
        public let role: String
        /// How many there are.
        public let have: Int
        /// How many are needed.
        public let need: Int
    }

    /// What the job is, in one line.
    public let job: String
    /// The job's hash, if it was made.
    public let hash: String?
    /// Why it would be refused; empty if it would be signed.
    public let refusals: [RefusalDocument]
    /// Why the enclave refused the very same when it was last asked.
    public let answered: [RefusalDocument]
    /// What each rule says of each thing.
    public let findings: [Item]
    /// The rules that were not reached.
    public let unreached: [String]

    /// The document of an explanation.
    public init(_ explanation: Explanation) {
        job = explanation.job
        hash = explanation.hash?.hex
        refusals = explanation.refusals.map(RefusalDocument.init)
        answered = explanation.answered.map(RefusalDocument.init)
        unreached = explanation.unreached.map(\.rawValue)
        findings = explanation.findings.map { finding in
            Item(
                rule: finding.rule.rawValue, subject: finding.subject, holds: finding.refusals.isEmpty,
                evidence: finding.counts.map { Count(kind: $0.kind, role: $0.role, have: $0.have, need: $0.need) },
                refusals: finding.refusals.map(RefusalDocument.init))
        }
    }
}

/// The explanations of everything that a submission takes part in.
public struct ExplanationList: Codable, Hashable, Sendable {
    /// The explanations.
    public let explanations: [ExplanationDocument]

    /// A list.
    public init(explanations: [ExplanationDocument]) { self.explanations = explanations }
}
