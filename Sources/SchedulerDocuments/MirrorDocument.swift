public import Mirrors

/// What was last known of a mirror, as the API has it.
public struct MirrorDocument: Codable, Hashable, Sendable {
    /// One thing that was found.
    public struct Finding: Codable, Hashable, Sendable {
        /// How bad it is, as a state.
        public let state: String
        /// One sentence that names the file.
        public let sentence: String
    }

    /// Its name.
    public let name: String
    /// `current`, `lagging`, `unreachable` or `wrong`; left out if it was never looked at.
    public let state: String?
    /// When it was last looked at, in RFC 3339.
    public let checkedAt: String?
    /// When it last showed everything as it is published, in RFC 3339; left out if it never did.
    public let currentAt: String?
    /// Since when it does not, in RFC 3339; left out if it does.
    public let behindSince: String?
    /// The serial of each database that it showed, by its folder such as `extra/os/x86_64`.
    public let serials: [String: UInt64]
    /// What was found; nothing if all was as it is published.
    public let findings: [Finding]

    /// The document of a mirror and of what is known of it.
    public init(_ name: String, _ record: MirrorRecord?) {
        (self.name, state) = (name, record?.state.rawValue)
        checkedAt = record?.checkedAt.timestamp
        currentAt = record?.currentAt?.timestamp
        behindSince = record?.behindSince?.timestamp
        serials = record?.serials ?? [:]
        findings = (record?.findings ?? []).map { Finding(state: $0.state.rawValue, sentence: $0.sentence) }
    }
}

/// Every mirror that is configured.
public struct MirrorList: Codable, Hashable, Sendable {
    /// The mirrors, in the order of the configuration.
    public let mirrors: [MirrorDocument]

    /// A list.
    public init(mirrors: [MirrorDocument]) { self.mirrors = mirrors }
}
