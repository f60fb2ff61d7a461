import ALPMTypes
public import SchedulerDirectory

/// A repository of the policy with its databases, as the API has it.
public struct RepositoryDocument: Codable, Hashable, Sendable {
    /// One database.
    public struct Database: Codable, Hashable, Sendable {
        /// Its architecture.
        public let architecture: String
        /// Its serial; left out before it is first signed.
        public let serial: UInt64?
        /// When it was signed, in RFC 3339.
        public let signedAt: String?
        /// When its signatures expire, in RFC 3339; left out if they never do.
        public let expiresAt: String?
    }

    /// Its name.
    public let name: String
    /// Its databases, by architecture.
    public let databases: [Database]

    /// The document of a repository.
    public init(_ status: RepositoryStatus) {
        name = status.name.text
        databases = status.architectures.map { architecture in
            let database = status.databases.first { $0.architecture == architecture }
            return Database(
                architecture: architecture.text, serial: database?.serial,
                signedAt: database?.signedAt.timestamp, expiresAt: database?.expiresAt.timestamp)
        }
    }
}

/// Every repository of the policy.
public struct RepositoryList: Codable, Hashable, Sendable {
    /// The repositories, in the order of the policy.
    public let repositories: [RepositoryDocument]

    /// A list.
    public init(repositories: [RepositoryDocument]) { self.repositories = repositories }
}
