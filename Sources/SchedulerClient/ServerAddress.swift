import FoundationEssentials

/// Where a scheduler's service is: `https://HOST` or, on this machine, `http://127.0.0.1:PORT`, and nothing behind it.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// What the form asks for, worded to complete "expected …".
    public static let expectation = "https://HOST[:PORT], or http:// with an address of this machine"

    /// The address as written, without a slash at the end.
    public let text: String

    /// Parses an address; plain HTTP is taken for this machine only, because a token that others read is theirs too.
    public init(parsing untrustedText: String) throws(SchedulerClientError) {
        var text = untrustedText
        if text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.path.isEmpty,
            parts.query == nil, parts.fragment == nil, parts.user == nil, parts.password == nil,
            parts.scheme == "https" || parts.scheme == "http" && Self.isThisMachine(host)
        else { throw .malformed(field: "server", expected: Self.expectation) }
        self.text = text
    }

    private static func isThisMachine(_ host: String) -> Bool {
        ["localhost", "::1", "[::1]"].contains(host)
            || host.hasPrefix("127.") && host.allSatisfy { "0123456789.".contains($0) }
    }

    /// The address as written.
    public var description: String { text }
}
