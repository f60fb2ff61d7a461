import Attestation

/// Which statements a requirement counts.
public enum EvidenceKind: String, CaseIterable, Sendable {
    /// Approvals of sources, by person.
    case sourceApproval
    /// Records of builds, by operator.
    case buildRecord
    /// Approvals of finished packages, by person.
    case packageApproval

    /// Whether such statements say which bytes the package has.
    var bindsPackage: Bool { self != .sourceApproval }
}

/// So many distinct holders of a role.
public struct Quorum: Hashable, Sendable {
    /// The role that counts.
    public let role: String
    /// How many distinct holders are needed.
    public let threshold: Int

    static let fields = ["role", "threshold"]
    /// Far above any distribution, and small enough that no sum of thresholds can overflow.
    private static let maximumThreshold: UInt64 = 1000

    init(_ reader: FieldReader) throws(AttestationError) {
        role = try reader.identifier("role").text
        let threshold = try reader.decimal("threshold")
        guard threshold <= Self.maximumThreshold else {
            throw reader.failure("threshold", "a number of at most \(Self.maximumThreshold)")
        }
        self.threshold = Int(threshold)
    }
}

/// So many statements of a kind by distinct holders of a role.
public struct Requirement: Hashable, Sendable {
    /// Which statements count.
    public let kind: EvidenceKind
    /// By whom and how many.
    public let quorum: Quorum
    /// Kinds of the alternative toward which nobody counts who counts here; it holds both ways.
    public let distinctFrom: [EvidenceKind]

    static let fields = Quorum.fields + ["kind", "distinctFrom"]

    init(_ reader: FieldReader) throws(AttestationError) {
        kind = try reader.word("kind", as: EvidenceKind.self)
        quorum = try Quorum(reader)
        let words = EvidenceKind.allCases.map(\.rawValue).joined(separator: ", ")
        distinctFrom = try reader.distinct("distinctFrom", "one of \(words)") { text throws(AttestationError) in
            guard let kind = EvidenceKind(rawValue: text) else { throw reader.failure("distinctFrom", words) }
            return kind
        }
    }
}
