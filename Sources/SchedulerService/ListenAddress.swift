import NIOCore

/// Where the service listens: a numeric address and a port, such as `127.0.0.1:7480` or `[::1]:7480`.
///
/// Names are not taken, so that nobody's answer to a name decides who can reach the service.
public struct ListenAddress: Hashable, Sendable {
    /// What a text must be.
    public static let expectation = "a numeric address and a port, like 127.0.0.1:7480 or [::1]:7480"

    /// The address without brackets.
    public let host: String
    /// The port; 0 lets the system choose one.
    public let port: Int
    /// Whether only this machine can reach it.
    public let isLoopback: Bool

    /// Parses `ADDRESS:PORT`, an IPv6 address in brackets; nil if it is something else.
    public init?(parsing untrustedText: String) {
        guard let colon = untrustedText.lastIndex(of: ":"),
            let port = UInt16(untrustedText[untrustedText.index(after: colon)...])
        else { return nil }
        var host = String(untrustedText[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = String(host.dropFirst().dropLast()) }
        guard isBracketed == host.contains(":"),
            let address = try? SocketAddress(ipAddress: host, port: Int(port))
        else { return nil }
        self.host = host
        self.port = Int(port)
        isLoopback =
            switch address {
            case .v4: host.hasPrefix("127.")
            case .v6: address.ipAddress == "::1"
            case .unixDomainSocket: false
            }
        // Other ways to write a number are not taken.
        guard description == untrustedText else { return nil }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as it is written.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
