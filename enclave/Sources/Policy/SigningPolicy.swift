public import ALPMTypes
public import Attestation
public import Cryptography

/// What the enclave accepts: people, machines, keys, repositories and their requirements.
///
/// Nothing but a policy changes it, and version N+1 needs the quorums of N and of N+1.
public struct SigningPolicy: Hashable, Sendable {
    /// The `format` of every policy.
    public static let format = "reposeal-policy-1"

    /// The digest of the policy's bytes; that of version 1 is the distribution's identity.
    public let digest: SHA256Digest
    /// The distribution's name, for people.
    public let distribution: String
    /// Counts policies from 1.
    public let version: UInt64
    /// The digest of the policy before this one; nil for the first.
    public let previous: SHA256Digest?
    /// The first second, in Unix time, of the policy's own validity.
    public let notBefore: UInt64
    /// The second, in Unix time, from which the policy admits nothing new.
    public let expires: UInt64
    /// The domain in the notations of our signatures.
    public let notationDomain: String
    /// Who approves.
    public let people: [Person]
    /// Who builds.
    public let machines: [Machine]
    /// Who asks.
    public let schedulers: [Scheduler]
    /// Which enclave, with which keys.
    public let enclave: EnclaveKeys
    /// Who approves a policy.
    public let policyQuorum: Quorum
    /// Who approves the contents with which a repository begins.
    public let importQuorum: Quorum
    /// Who admits a version that is not above every earlier one.
    public let overrideQuorum: Quorum
    /// Who revokes packages.
    public let revocationQuorum: Quorum
    /// Who confirms the time.
    public let clockQuorum: Quorum
    /// Who approves a policy, after a delay, when the policy quorum cannot.
    public let recoveryQuorum: Quorum
    /// The rules of each repository.
    public let repositories: [RepositoryPolicy]
    /// How much may be asked for.
    public let limits: Limits

    private static let fields = [
        "format", "distribution", "version", "previous", "notBefore", "expires", "notationDomain", "people",
        "machines", "schedulers", "enclave", "quorums", "repositories", "limits",
    ]
    private static let maximumBytes = 8 << 20

    /// Parses the canonical JSON of a policy; whether it is sound is another question.
    public init(parsing untrustedBytes: [UInt8]) throws(PolicyError) {
        do {
            let json = try CanonicalJSON.parse(untrustedBytes, maximumDepth: 8, maximumBytes: Self.maximumBytes)
            try self.init(FieldReader(json, keys: Self.fields), digest: SHA256.digest(of: untrustedBytes))
        } catch {
            throw .malformed(error)
        }
    }

    private init(_ document: FieldReader, digest: SHA256Digest) throws(AttestationError) {
        self.digest = digest
        try document.constant("format", Self.format)
        distribution = try document.text("distribution")
        guard (1...64).contains(distribution.utf8.count) else {
            throw document.failure("distribution", "1 to 64 characters")
        }
        version = try document.decimal("version")
        previous = try document.text("previous").isEmpty ? nil : document.digest("previous")
        notBefore = try document.time("notBefore")
        expires = try document.time("expires")
        notationDomain = try document.identifier("notationDomain").text
        people = try Self.list("people", of: document, keys: Person.fields, Person.init)
        machines = try Self.list("machines", of: document, keys: Machine.fields, Machine.init)
        schedulers = try Self.list("schedulers", of: document, keys: Scheduler.fields, Scheduler.init)
        enclave = try EnclaveKeys(document.object("enclave", keys: EnclaveKeys.fields))
        let quorums = try document.object(
            "quorums", keys: ["policy", "import", "override", "revocation", "clock", "recovery"])
        policyQuorum = try Quorum(quorums.object("policy", keys: Quorum.fields))
        importQuorum = try Quorum(quorums.object("import", keys: Quorum.fields))
        overrideQuorum = try Quorum(quorums.object("override", keys: Quorum.fields))
        revocationQuorum = try Quorum(quorums.object("revocation", keys: Quorum.fields))
        clockQuorum = try Quorum(quorums.object("clock", keys: Quorum.fields))
        recoveryQuorum = try Quorum(quorums.object("recovery", keys: Quorum.fields))
        repositories = try Self.list(
            "repositories", of: document, keys: RepositoryPolicy.fields, by: "name", RepositoryPolicy.init)
        limits = try Limits(document.object("limits", keys: Limits.fields))
    }

    private static func list<Item>(
        _ key: String, of document: FieldReader, keys: [String], by order: String = "id",
        _ parse: (FieldReader) throws(AttestationError) -> Item
    ) throws(AttestationError) -> [Item] {
        var items: [Item] = []
        for reader in try document.objects(key, keys: keys, sortedBy: order) { items.append(try parse(reader)) }
        return items
    }

    /// The person with this id.
    public func person(_ id: SignerID) -> Person? { people.first { $0.id == id } }

    /// The machine with this id.
    public func machine(_ id: SignerID) -> Machine? { machines.first { $0.id == id } }

    /// The scheduler with this id.
    public func scheduler(_ id: SignerID) -> Scheduler? { schedulers.first { $0.id == id } }

    /// The repository whose debug packages are in this one, if it is a debug companion.
    public func repository(withCompanion name: RepositoryName) -> RepositoryPolicy? {
        repositories.first { $0.debugCompanion == name }
    }

    /// The rules of a repository.
    public func repository(_ name: RepositoryName) -> RepositoryPolicy? { repositories.first { $0.name == name } }
}
