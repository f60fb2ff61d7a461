/// Evidence that was received, as the API has it.
public struct EvidenceDocument: Codable, Hashable, Sendable {
    /// The SHA-256 of what was signed, in hexadecimal, which names the statement.
    public let digest: String

    /// A document.
    public init(digest: String) { self.digest = digest }
}
