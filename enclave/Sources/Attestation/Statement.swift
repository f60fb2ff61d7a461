import Cryptography

/// A statement of a person or a machine: in-toto Statement v1 with one of our predicates, in canonical JSON.
///
/// The subjects follow from the predicate; a text that is not the canonical encoding of what it says is refused.
public enum Statement: Hashable, Sendable {
    /// A person approves sources to be built.
    case sourceApproval(SourceApproval)
    /// A person approves finished packages.
    case packageApproval(PackageApproval)
    /// A machine says what came out of which sources.
    case buildRecord(BuildRecord)
    /// A person wants packages out of a repository.
    case removal(Removal)
    /// A person wants packages in another repository instead.
    case move(Move)
    /// A person approves the contents with which a repository begins.
    case repositoryImport(RepositoryImport)
    /// A person approves a policy.
    case policyApproval(PolicyApproval)
    /// A person wants a version that is not above every earlier one.
    case versionOverride(VersionOverride)
    /// A person wants contents never to be admitted again.
    case revocation(Revocation)
    /// A person confirms the time.
    case clockConfirmation(ClockConfirmation)
    /// A person confirms the head of the log.
    case headConfirmation(HeadConfirmation)

    /// The `_type` of every statement.
    public static let statementType = "https://in-toto.io/Statement/v1"

    /// How deep the JSON of a statement may be.
    public static let maximumDepth = 6

    private static let predicates: [any Predicate.Type] = [
        SourceApproval.self, PackageApproval.self, BuildRecord.self, Removal.self, Move.self, RepositoryImport.self,
        PolicyApproval.self, VersionOverride.self, Revocation.self, ClockConfirmation.self, HeadConfirmation.self,
    ]

    private var predicate: any Predicate {
        switch self {
        case .sourceApproval(let predicate): predicate
        case .packageApproval(let predicate): predicate
        case .buildRecord(let predicate): predicate
        case .removal(let predicate): predicate
        case .move(let predicate): predicate
        case .repositoryImport(let predicate): predicate
        case .policyApproval(let predicate): predicate
        case .versionOverride(let predicate): predicate
        case .revocation(let predicate): predicate
        case .clockConfirmation(let predicate): predicate
        case .headConfirmation(let predicate): predicate
        }
    }

    /// What every statement says besides its matter.
    public var header: StatementHeader { predicate.header }

    /// The last parts of the predicate type, such as `source-approval`.
    public var name: String { type(of: predicate).name }

    /// Parses the payload of an envelope, of at most so many bytes.
    public init(parsing untrustedBytes: [UInt8], maximumBytes: Int = 1 << 20) throws(AttestationError) {
        let document = try FieldReader(
            CanonicalJSON.parse(untrustedBytes, maximumDepth: Self.maximumDepth, maximumBytes: maximumBytes),
            keys: ["_type", "subject", "predicateType", "predicate"])
        try document.constant("_type", Self.statementType)
        let untrustedType = try document.text("predicateType")
        guard let type = Self.predicates.first(where: { $0.predicateType == untrustedType }) else {
            throw document.failure("predicateType", "the address of a known predicate")
        }
        let reader = try document.object("predicate", keys: StatementHeader.fields + type.fields)
        guard let subject = try document.objects("subject", keys: ["digest", "name"]).first else {
            throw document.failure("subject", "at least one subject")
        }
        let digest = try subject.object("digest", keys: ["sha256"]).digest("sha256")
        self = try type.init(header: StatementHeader(reader), reader, subject: digest).statement
        guard try document.elements("subject") == subjects else {
            throw document.failure("subject", "exactly what the predicate names, in its order")
        }
        guard canonicalBytes == untrustedBytes else {
            throw .malformedJSON(offset: 0, expected: "the canonical encoding of what the statement says")
        }
    }

    /// The payload: what the statement says in its one encoding.
    public var canonicalBytes: [UInt8] {
        let members = header.members.merging(predicate.members) { header, _ in header }
        return CanonicalJSON.encode(
            .object([
                "_type": .string(Self.statementType), "predicate": .object(members),
                "predicateType": .string(type(of: predicate).predicateType), "subject": .array(subjects),
            ]))
    }

    private var subjects: [JSONValue] {
        predicate.subjects.map { name, digest in
            .object(["name": .string(name), "digest": .object(["sha256": .string(digest.hex)])])
        }
    }
}
