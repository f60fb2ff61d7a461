import Attestation

/// How much may be asked for.
public struct Limits: Hashable, Sendable {
    /// The largest statement, in bytes.
    public let maxStatementBytes: UInt64
    /// The most packages in one job.
    public let maxJobPackages: UInt64
    /// The largest job, in bytes.
    public let maxJobBytes: UInt64
    /// How far the clock may be ahead of the last ledger time at start, in seconds.
    public let maxAbsenceSeconds: UInt64
    /// Under how many policies before this one a statement may have been made.
    public let acceptedEarlierPolicies: UInt64
    /// How long a policy that the recovery quorum approved waits before it comes into force, in seconds.
    public let recoveryDelaySeconds: UInt64

    /// What `maxJobPackages` may be: one verification of package signatures takes no more.
    public static let jobPackages: ClosedRange<UInt64> = 1...16_384
    /// What `maxJobBytes` may be: SQLite keeps at most 10^9 bytes in one field, and a job is kept with 25 bytes for each
    /// statement that was verified, which has ten times as many.
    public static let jobBytes: ClosedRange<UInt64> = 1024...900_000_000

    static let fields = [
        "maxStatementBytes", "maxJobPackages", "maxJobBytes", "maxAbsenceSeconds", "acceptedEarlierPolicies",
        "recoveryDelaySeconds",
    ]

    init(_ reader: FieldReader) throws(AttestationError) {
        maxStatementBytes = try reader.decimal("maxStatementBytes")
        maxJobPackages = try reader.decimal("maxJobPackages")
        maxJobBytes = try reader.decimal("maxJobBytes")
        maxAbsenceSeconds = try reader.decimal("maxAbsenceSeconds")
        acceptedEarlierPolicies = try reader.decimal("acceptedEarlierPolicies")
        recoveryDelaySeconds = try reader.decimal("recoveryDelaySeconds")
    }

    /// How many packages a job may have: what the policy says, but no more than can be verified, since a policy that is in force
    /// may be older than that bound.
    public var usablePackages: UInt64 { min(maxJobPackages, Self.jobPackages.upperBound) }
    /// How many bytes a job may have: what the policy says, but no more than the ledger can keep.
    public var usableBytes: UInt64 { min(maxJobBytes, Self.jobBytes.upperBound) }

    /// The limits that lie outside what the programs can hold, with their bounds.
    var unsoundness: [String] {
        let bounds: [(String, UInt64, ClosedRange<UInt64>)] = [
            ("maxStatementBytes", maxStatementBytes, 1024...16 << 20),
            ("maxJobPackages", maxJobPackages, Self.jobPackages),
            ("maxJobBytes", maxJobBytes, Self.jobBytes),
            ("maxAbsenceSeconds", maxAbsenceSeconds, 60...31_536_000),
            ("acceptedEarlierPolicies", acceptedEarlierPolicies, 0...100),
            // Shorter, and those who would object have no time to.
            ("recoveryDelaySeconds", recoveryDelaySeconds, 86400...31_536_000),
        ]
        return bounds.filter { !$2.contains($1) }.map { name, _, range in
            "limits.\(name) is not between \(range.lowerBound) and \(range.upperBound)"
        }
    }
}
