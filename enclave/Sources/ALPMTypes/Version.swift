/// A full package version, `[epoch:]pkgver-pkgrel`, in the grammar on which `vercmp` is a sound order.
///
/// The epoch is digits or absent, pkgver is `[0-9A-Za-z]+([._+][0-9A-Za-z]+)*`, the release `digits[.digits]`; at most 253
/// bytes. Two versions with different text can still be equal for `vercmp`: `==` compares the text, `equivalenceKey` the class.
public struct Version: Hashable, Sendable, CustomStringConvertible {
    /// The version as written.
    public let text: String

    /// Parses a version; throws when it lies outside the strict grammar.
    public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
        guard untrustedText.utf8.count <= 253 else {
            throw ALPMError(field: "version", expected: "at most 253 bytes long")
        }
        var rest = Array(untrustedText.utf8)[...]
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            let epoch = rest[..<colon]
            guard !epoch.isEmpty, epoch.allSatisfy(\.isDigit) else {
                throw ALPMError(field: "version", expected: "free of an epoch or begun by one of digits")
            }
            rest = rest[(colon + 1)...]
        }
        let parts = rest.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw ALPMError(field: "version", expected: "one pkgver and one pkgrel joined by a single hyphen")
        }
        guard
            parts[0].split(omittingEmptySubsequences: false, whereSeparator: "._+".utf8.contains)
                .allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isAlphanumeric) })
        else {
            throw ALPMError(
                field: "pkgver", expected: "runs of ASCII letters and digits joined by single . _ or + characters")
        }
        let releases = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard releases.count <= 2, releases.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }) else {
            throw ALPMError(field: "pkgrel", expected: "digits, or digits with one dot between them")
        }
        text = String(untrustedText)
    }

    /// -1, 0 or 1 as `vercmp` prints it for the two versions.
    public static func compare(_ a: Version, _ b: Version) -> Int { VersionComparison.vercmp(a.text, b.text) }

    /// Whether `vercmp` calls the two equal, as it does `1.0-1` and `01.0-01`.
    public func isEqualByVercmp(to other: Version) -> Bool { Version.compare(self, other) == 0 }

    /// Whether `vercmp` calls this version the newer one.
    public func isNewer(than other: Version) -> Bool { Version.compare(self, other) > 0 }

    /// A text that is the same for exactly the versions which `vercmp` calls equal.
    ///
    /// It is itself a version of the class: epoch always present, numbers without leading zeros, separators written as dots.
    public var equivalenceKey: String {
        var key: [UInt8] = text.utf8.contains(UInt8(ascii: ":")) ? [] : Array("0:".utf8)
        var rest = Array(text.utf8)[...]
        while let next = rest.first {
            if next.isDigit {
                let number = rest.takePrefix(while: \.isDigit).drop { $0 == UInt8(ascii: "0") }
                key += number.isEmpty ? [UInt8(ascii: "0")] : Array(number)
            } else {
                key.append("_+".utf8.contains(next) ? UInt8(ascii: ".") : next)
                rest.removeFirst()
            }
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// The version as written.
    public var description: String { text }
}
