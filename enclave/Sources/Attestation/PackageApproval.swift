public import ALPMTypes
import Cryptography

/// A person wants these finished packages in a repository.
public struct PackageApproval: Hashable, Sendable {
    /// For whom, under which policy, when and by whom.
    public let header: StatementHeader
    /// The repository that the packages are meant for.
    public let repository: RepositoryName
    /// The packages, sorted by file name.
    public let packages: [PackageIdentity]
    /// Whether the packages enter all at once or not at all.
    public let together: Bool

    /// Sorts the packages; throws when there are none or one file name occurs twice.
    public init(
        header: StatementHeader, repository: RepositoryName, packages: [PackageIdentity], together: Bool = false
    ) throws(AttestationError) {
        self.header = header
        self.repository = repository
        self.packages = try packages.sortedOnce(by: \.fileName.text)
        self.together = together
    }
}

extension PackageApproval: Predicate {
    static let name = "package-approval"
    static let fields = ["repository", "packages", "together"]

    init(header: StatementHeader, _ reader: FieldReader, subject: SHA256Digest) throws(AttestationError) {
        var packages: [PackageIdentity] = []
        for package in try reader.objects("packages", keys: PackageIdentity.fields, sortedBy: "fileName") {
            packages.append(try PackageIdentity(package))
        }
        try self.init(
            header: header, repository: reader.repository("repository"), packages: packages,
            together: reader.flag("together"))
    }

    var members: [String: JSONValue] {
        [
            "repository": .string(repository.text), "packages": .array(packages.map { .object($0.members) }),
            "together": .string(together ? "yes" : "no"),
        ]
    }

    var subjects: [(name: String, digest: SHA256Digest)] { packages.map(\.subject) }
    var statement: Statement { .packageApproval(self) }
}
