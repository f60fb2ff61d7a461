import Cryptography

/// A person wants that these contents are never admitted again, anywhere and under any version of the policy.
public struct Revocation: Hashable, Sendable {
    /// Why.
    public enum Reason: String, CaseIterable, Sendable {
        /// Sources, build or package are not what they were taken for.
        case compromised
        /// It must not be used any more, although it is what it was taken for.
        case vulnerable
        /// It may not be distributed.
        case unlawful
        /// It should never have been approved.
        case mistaken
    }

    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// Why.
    public let reason: Reason
    /// What is revoked, sorted by digest; several versions of one name may be.
    public let packages: [PackageArtefact]

    /// Sorts the packages; throws when there are none or one digest occurs twice.
    public init(header: StatementHeader, reason: Reason, packages: [PackageArtefact]) throws(AttestationError) {
        self.header = header
        self.reason = reason
        self.packages = try packages.sortedOnce(by: \.sha256.hex)
    }
}

extension Revocation: Predicate {
    static let name = "revocation"
    static let fields = ["reason", "packages"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        try self.init(
            header: header, reason: reader.word("reason", as: Reason.self),
            packages: reader.artefacts(sortedBy: "sha256"))
    }

    var members: [String: JSONValue] {
        ["reason": .string(reason.rawValue), "packages": .array(packages.map(\.value))]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { packages.map(\.subject) }
    var statement: Statement { .revocation(self) }
}
