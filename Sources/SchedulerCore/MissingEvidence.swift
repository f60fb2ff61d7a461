import Attestation
public import Policy
public import Refusals

/// Approvals or records of a kind that are missing, and who could give them.
public struct MissingEvidence: Hashable, Sendable {
    /// The kind of statement, as refusals name it.
    public let kind: String
    /// The role that counts.
    public let role: String
    /// How many more are needed.
    public let count: UInt64
    /// The people, or for records of builds the machines, whose statement would count, sorted by name.
    public let givers: [String]

    /// Says what a refusal lacks; nil if it lacks no statements.
    ///
    /// `isGiven` says whether somebody made such a statement already. Machines count once for whoever runs them.
    public init?(_ refusal: Refusal, under policy: SigningPolicy, isGiven: (_ kind: String, _ signer: String) -> Bool) {
        guard case .notEnoughApprovals(let kind, let role, let have, let need) = refusal else { return nil }
        self.kind = kind
        self.role = role
        count = need > have ? need - have : 0
        let machines = policy.machines.filter { $0.roles.contains(role) }
        let done = Set(machines.filter { isGiven(kind, $0.id.text) }.map(\.operator))
        let candidates =
            kind == EvidenceKind.buildRecord.rawValue
            ? machines.filter { !done.contains($0.operator) }.map(\.id.text)
            : policy.people.filter { $0.roles.contains(role) }.map(\.id.text).filter { !isGiven(kind, $0) }
        givers = candidates.sorted()
    }
}
