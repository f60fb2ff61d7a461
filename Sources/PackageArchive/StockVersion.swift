/// A full version that makepkg, libalpm and the alpm specification all accept, `[EPOCH:]PKGVER-PKGREL`.
///
/// Wider than `Version`, which is the enclave's: PKGVER is any printable ASCII without space and `/ : - < > =`, as in `1.0~rc1-1`
/// or `1..0-1`. `vercmp` is no sound order on all of these. EPOCH is digits or absent, PKGREL `digits[.digits]`; at most 253 bytes.
public struct StockVersion: Hashable, Sendable, CustomStringConvertible {
    /// The version as written.
    public let text: String

    /// What a refused text was expected to be, to complete "expected …".
    static let expected = "a version [EPOCH:]PKGVER-PKGREL of printable ASCII without / < > and ="

    /// Parses a version; nil when it lies outside the grammar.
    public init?(parsing untrustedText: String) {
        var rest = Array(untrustedText.utf8)[...]
        guard rest.count <= 253, rest.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            guard Self.isNumber(rest[..<colon]) else { return nil }
            rest = rest[(colon + 1)...]
        }
        let parts = rest.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(where: "/:<>=".utf8.contains) else { return nil }
        let releases = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard releases.count <= 2, releases.allSatisfy(Self.isNumber) else { return nil }
        text = untrustedText
    }

    private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The version as written.
    public var description: String { text }
}
