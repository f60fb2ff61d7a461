/// What this host calls its system, and so which image it runs.
public enum SystemName {
    /// How many bytes a name may have.
    public static let maximumByteCount = 128

    /// `PRETTY_NAME` of os-release(5) in printable ASCII, cut where it is too long; empty where the host says nothing.
    public static func ofThisHost() -> String {
        let text = try? Descriptor.reading("/etc/os-release").readToEnd(limit: 1 << 16)
        return text.map { parse(untrustedText: $0) } ?? ""
    }

    /// The name that a file as os-release(5) describes it states last; quotes and escapes are left out.
    static func parse(untrustedText: [UInt8]) -> String {
        let beginning = Array("PRETTY_NAME=".utf8)
        let line = untrustedText.split(separator: UInt8(ascii: "\n")).last { $0.starts(with: beginning) }
        let plain = line?.dropFirst(beginning.count).filter {
            (0x20..<0x7f).contains($0) && ![UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\")].contains($0)
        }
        return String(decoding: (plain ?? []).prefix(maximumByteCount), as: UTF8.self)
    }
}
