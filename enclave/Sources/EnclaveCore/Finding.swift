public import Policy
public import Refusals
public import SigningProtocol

/// What a job is judged by.
///
/// The rules of one stage are all looked at; the first stage with a refusal is the last.
public enum Rule: String, CaseIterable, Sendable {
    /// The job's form: its size, its databases, the policy's own time.
    case structure
    /// Each change builds on the last serial of its database.
    case predecessor
    /// Each entry is exactly what the enclave itself would write, and its package has the digest stated.
    case entry
    /// One content for each name and version, for ever, and none that was revoked.
    case content
    /// A version exceeds those before it, or a quorum overrides that.
    case version
    /// Distinct people and operators asked for it, as the policy requires.
    case evidence
    /// What was built together comes together, and debug packages come with what they are of.
    case together
    /// An `any` package enters every database of its repository.
    case any
    /// A package replaces those of another repository only where the policy grants it.
    case replaces
    /// A repository begins as a quorum approved.
    case imported = "import"
    /// A signature is old enough to be renewed.
    case refresh
    /// A signature by the key in force is missing.
    case signature
    /// The databases that come of it are those that the scheduler expects.
    case result
    /// A repository changes no more often than the policy allows; it comes last, so that it hides nothing else.
    case rate

    /// The rules for a kind of job, stage by stage.
    public static func stages(of kind: JobKind) -> [[Rule]] {
        let matter: [Rule] =
            switch kind {
            case .update: [.content, .version, .evidence, .together, .any, .replaces]
            case .repositoryImport: [.content, .imported]
            case .refresh: [.refresh]
            case .resign: [.content, .signature]
            }
        return [[.structure], [.predecessor], [.entry], matter, [.result]] + (kind == .update ? [[.rate]] : [])
    }
}

/// What one rule says of one thing.
public struct Finding: Hashable, Sendable {
    /// The rule.
    public let rule: Rule
    /// What it is about: the job, a database such as `core/x86_64`, or a package in one.
    public let subject: String
    /// Why the rule does not hold; empty if it does.
    public let refusals: [Refusal]
    /// How much evidence there is of how much that is needed, where the rule asks for any.
    public let counts: [EvidenceCount]

    init(_ rule: Rule, on subject: String, _ refusals: [Refusal], counts: [EvidenceCount] = []) {
        self.rule = rule
        self.subject = subject
        self.refusals = refusals
        self.counts = counts
    }
}

/// A decision with all that led to it.
public struct ExplainedDecision: Sendable {
    /// What is decided.
    public let decision: Decision
    /// What each rule says of each thing that was looked at, in order.
    public let findings: [Finding]
    /// The rules of later stages, which were not asked because of a refusal.
    public let unreached: [Rule]
    /// What of a refused job is another content of something signed, although everybody approved it.
    public let equivocations: [EquivocationRecord]
}
