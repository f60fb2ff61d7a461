public import ALPMTypes

/// The lines that a client's pacman.conf needs for a distribution's repositories.
public struct ClientConfiguration: Sendable {
    private let repositories: [RepositoryName]
    private let servers: [String]

    /// Names the repositories, the first of which wins where two have a package, and the mirrors' addresses.
    public init(repositories: [RepositoryName], servers: [String]) {
        self.repositories = repositories
        self.servers = servers
    }

    /// A section for each repository; pacman itself puts its name and architecture into the addresses (pacman.conf(5)).
    public var text: String {
        repositories.map { repository in
            let lines = servers.map { "Server = \($0)/$repo/os/$arch" }
            return (["[\(repository)]", "SigLevel = Required DatabaseRequired TrustedOnly"] + lines)
                .map { "\($0)\n" }.joined()
        }.joined(separator: "\n")
    }
}
