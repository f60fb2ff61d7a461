/// What went wrong with a request: a problem detail of RFC 9457.
public struct ProblemDocument: Codable, Hashable, Sendable {
    /// A reference that names the kind of problem and stays the same; it can be fetched and says what it means.
    public let type: String
    /// The kind of problem in words.
    public let title: String
    /// The status code of the answer.
    public let status: Int
    /// What is wrong with this request.
    public let detail: String?

    /// A document.
    public init(type: String, title: String, status: Int, detail: String?) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
    }
}
