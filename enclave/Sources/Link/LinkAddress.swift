/// Where the other side of the link is found: `unix:/path` or `tty:/dev/ttyS0?baud=115200&flow=rtscts`.
public struct LinkAddress: Hashable, Sendable, CustomStringConvertible {
    /// What carries the bytes.
    public enum Medium: Hashable, Sendable {
        /// A Unix stream socket.
        case socket
        /// A serial line, or a pseudo-terminal.
        case line(LineSettings)
    }

    /// The path of the socket or of the device.
    public var path: String
    /// What is at the path.
    public let medium: Medium

    /// Reads an address; where `bare` is true, a path alone is that of a socket.
    public init(parsing text: String, bare: Bool = false) throws(LinkError) {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        let rest = text.dropFirst(scheme.count + 1)
        switch (scheme, text.dropFirst(scheme.count).first) {
        case ("unix", ":"):
            path = String(rest)
            medium = .socket
        case ("tty", ":"):
            let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            path = parts.first.map(String.init) ?? ""
            medium = .line(try LineSettings(parsing: parts.count == 2 ? parts[1] : ""))
        case (_, let next) where bare && next != ":":
            path = text
            medium = .socket
        default:
            throw .malformed(field: "address", expected: "unix:/path or tty:/dev/ttyS0?baud=115200&flow=rtscts")
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .malformed(field: "address", expected: "a path after \(scheme):")
        }
    }

    /// The socket at a path.
    public init(socket path: String) {
        self.path = path
        medium = .socket
    }

    /// The address as it is written.
    public var description: String {
        switch medium {
        case .socket: "unix:\(path)"
        case .line(let settings): "tty:\(path)?baud=\(settings.baud)&flow=\(settings.flow.rawValue)"
        }
    }
}

/// How both ends of a serial line talk; 8 data bits, no parity and one stop bit are not to be chosen.
public struct LineSettings: Hashable, Sendable {
    /// Who stops a sender that is too fast.
    public enum Flow: String, Sendable {
        /// Nobody.
        case none
        /// The wires RTS and CTS.
        case rtscts
    }

    /// Bits a second; a byte takes ten.
    public var baud = 115_200
    /// Who stops a sender that is too fast.
    public var flow = Flow.none

    /// The rates that can be chosen.
    public static var rates: [Int] { speeds.keys.sorted() }

    /// Reads `baud=115200&flow=rtscts`; both may be left out.
    init(parsing text: Substring) throws(LinkError) {
        for item in text.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch (parts[0], parts.count == 2 ? String(parts[1]) : "") {
            case ("baud", let value):
                guard let baud = Int(value), Self.speeds[baud] != nil else {
                    let rates = Self.rates.map(String.init).joined(separator: ", ")
                    throw .malformed(field: "address.baud", expected: "one of \(rates)")
                }
                self.baud = baud
            case ("flow", let value):
                guard let flow = Flow(rawValue: value) else {
                    throw .malformed(field: "address.flow", expected: "none or rtscts")
                }
                self.flow = flow
            default: throw .malformed(field: "address", expected: "baud and flow after the question mark, nothing else")
            }
        }
    }
}
