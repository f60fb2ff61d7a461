/// Where a mirror's files are written: a module of an rsync daemon, a folder behind ssh, or a folder of this machine.
public enum MirrorAddress: Hashable, Sendable, CustomStringConvertible {
    /// `rsync://[USER@]HOST[:PORT]/MODULE[/PATH]`.
    case daemon(String)
    /// `[USER@]HOST:PATH`.
    case shell(host: String, path: String)
    /// `/PATH`, such as a file system of another machine.
    case folder(String)

    /// What an address looks like, for messages.
    public static let expectation =
        "rsync://HOST/MODULE/PATH, USER@HOST:/PATH or /PATH, without spaces and with no part that begins with -"

    /// Reads an address; nil if it is none of the three forms, or a part of it could be taken for an option.
    public init?(_ untrustedText: String) {
        guard untrustedText.isOneWord else { return nil }
        var text = untrustedText[...]
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        if text.hasPrefix("rsync://") {
            let parts = text.dropFirst("rsync://".count).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 2, Self.isMachine(parts[0], mayHavePort: true),
                parts.dropFirst().allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") })
            else { return nil }
            self = .daemon(String(text))
        } else if text.hasPrefix("/") {
            guard text.count > 1 else { return nil }
            self = .folder(String(text))
        } else {
            // An IPv6 address stands in brackets.
            let end = text.firstIndex(of: "]") ?? text.startIndex
            guard let colon = text[end...].firstIndex(of: ":") else { return nil }
            let (host, path) = (text[..<colon], text[text.index(after: colon)...])
            // Where a path that is none of the root's leads is for the other side's configuration to say.
            guard Self.isMachine(host, mayHavePort: false), path.count > 1, path.hasPrefix("/") else { return nil }
            self = .shell(host: String(host), path: String(path))
        }
    }

    /// Whether a text is `[USER@]HOST`, perhaps with `:PORT`; ssh gets the host as a word of its own.
    private static func isMachine(_ text: Substring, mayHavePort: Bool) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, var host = parts.last else { return false }
        if parts.count == 2, !isName(parts[0]) { return false }
        if mayHavePort, let colon = host.lastIndex(of: ":"), host.last != "]" {
            guard UInt16(host[host.index(after: colon)...]) != nil else { return false }
            host = host[..<colon]
        }
        guard host.hasPrefix("["), host.hasSuffix("]") else { return isName(host) }
        let address = host.dropFirst().dropLast()
        return address.contains(":") && address.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && !text.hasPrefix("-") && text.utf8.allSatisfy(isNameByte)
    }

    /// Whether names of hosts, and of mirrors, may have this byte.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The address as it is written.
    public var description: String {
        switch self {
        case .daemon(let address), .folder(let address): address
        case .shell(let host, let path): "\(host):\(path)"
        }
    }
}

extension String {
    /// Whether it has no space and nothing that cannot be seen.
    var isOneWord: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                false
            default: true
            }
        }
    }
}
