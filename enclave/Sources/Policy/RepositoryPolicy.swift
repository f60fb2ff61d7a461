public import ALPMTypes
import Attestation
public import OpenPGPFormat

/// Over what a name's version must rise.
public enum Monotonic: String, CaseIterable, Sendable {
    /// Over every version that the name ever had in the repository and architecture.
    case allTime
    /// Over the version that is present, for repositories where going back is ordinary.
    case whilePresent
}

/// The rules of one repository.
public struct RepositoryPolicy: Hashable, Sendable {
    /// The repository.
    public let name: RepositoryName
    /// The architectures of its databases.
    public let architectures: [Architecture]
    /// The key that signs its databases and packages.
    public let key: Fingerprint
    /// Over what versions rise.
    public let monotonic: Monotonic
    /// How long a database's signature is valid, in seconds.
    public let databaseValiditySeconds: UInt64
    /// Any one alternative admits a package, by all of its requirements.
    public let admission: [[Requirement]]
    /// Who removes a package.
    public let removal: Quorum
    /// Repositories whose evidence counts here too.
    public let promotesFrom: [RepositoryName]
    /// Repositories whose databases may be served as this one, although they admit packages otherwise.
    public let acceptsSubstitution: [RepositoryName]
    /// The repository of this one's debug packages, if it has one.
    public let debugCompanion: RepositoryName?
    /// Other repositories whose packages those of this one may replace.
    public let replacesFrom: [RepositoryName]
    /// How often it changes.
    public let rate: RateLimit

    static let fields = [
        "name", "architectures", "key", "monotonic", "databaseValiditySeconds", "admission", "removal",
        "promotesFrom", "acceptsSubstitution", "debugCompanion", "replacesFrom", "rate",
    ]
    /// Bounds the search for who counts as what.
    private static let maximumRequirementCount = 4

    init(_ reader: FieldReader) throws(AttestationError) {
        name = try Self.name("name", of: reader)
        architectures = try reader.distinct("architectures", "an architecture") { text throws(ALPMError) in
            try Architecture(parsing: text)
        }
        key = try reader.fingerprint("key")
        monotonic = try reader.word("monotonic", as: Monotonic.self)
        databaseValiditySeconds = try reader.decimal("databaseValiditySeconds")
        var admission: [[Requirement]] = []
        for (index, alternative) in try reader.elements("admission").enumerated() {
            admission.append(try Self.requirements(alternative, path: "\(reader.pathOf("admission"))[\(index)]"))
        }
        self.admission = admission
        removal = try Quorum(reader.object("removal", keys: Quorum.fields))
        promotesFrom = try Self.names("promotesFrom", of: reader)
        acceptsSubstitution = try Self.names("acceptsSubstitution", of: reader)
        debugCompanion = try reader.text("debugCompanion").isEmpty ? nil : Self.name("debugCompanion", of: reader)
        replacesFrom = try Self.names("replacesFrom", of: reader)
        rate = try RateLimit(reader.object("rate", keys: RateLimit.fields))
    }

    private static func requirements(_ value: JSONValue, path: String) throws(AttestationError) -> [Requirement] {
        guard case .array(let elements) = value, elements.count <= maximumRequirementCount else {
            throw .malformedField(path: path, expected: "an array of at most \(maximumRequirementCount) requirements")
        }
        var requirements: [Requirement] = []
        for (index, element) in elements.enumerated() {
            let reader = try FieldReader(element, path: "\(path)[\(index)]", keys: Requirement.fields)
            requirements.append(try Requirement(reader))
        }
        return requirements
    }

    private static func name(_ key: String, of reader: FieldReader) throws(AttestationError) -> RepositoryName {
        try reader.parsed(key, "a repository name") { text throws(ALPMError) in try RepositoryName(parsing: text) }
    }

    private static func names(_ key: String, of reader: FieldReader) throws(AttestationError) -> [RepositoryName] {
        try reader.distinct(key, "a repository name") { text throws(ALPMError) in try RepositoryName(parsing: text) }
    }
}
