public import Refusals

/// How many count toward one requirement.
public struct EvidenceCount: Hashable, Sendable {
    /// The kind of statement, as refusals name it.
    public let kind: String
    /// The role that counts.
    public let role: String
    /// How many distinct people, or operators, there are, at most as many as are needed.
    public let have: Int
    /// How many are needed.
    public let need: Int

    init(kind: String, of quorum: Quorum, have: Int) {
        self.kind = kind
        self.role = quorum.role
        self.have = min(have, quorum.threshold)
        self.need = quorum.threshold
    }

    /// The refusal for too few; nil if there are enough.
    var shortfall: Refusal? {
        guard have < need else { return nil }
        return .notEnoughApprovals(kind: kind, role: role, have: UInt64(have), need: UInt64(need))
    }
}

/// What evidence is worth for one thing.
public struct EvidenceVerdict: Hashable, Sendable {
    /// What is missing; empty if nothing is.
    public let refusals: [Refusal]
    /// How many count toward each requirement.
    public let counts: [EvidenceCount]

    /// Whether somebody states it already, although others may be missing.
    public var isBegun: Bool { counts.contains { $0.have > 0 } }
}
