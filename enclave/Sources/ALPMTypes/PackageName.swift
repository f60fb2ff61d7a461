/// A package name that makepkg, libalpm and the alpm specification all accept.
///
/// ASCII letters, digits and `+ _ . @ -`, not beginning with `-` or `.`; 1 to 251 bytes, so that the shortest version
/// still fits beside it in a directory name.
public struct PackageName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as written.
    public let text: String

    /// Parses a name; throws when it lies outside the grammar.
    public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
        let bytes = untrustedText.utf8
        guard (1...251).contains(bytes.count), !bytes.beginsWithDotOrHyphen,
            bytes.allSatisfy({ $0.isAlphanumeric || $0.isNamePunctuation })
        else {
            throw ALPMError(
                field: "package name",
                expected: "1 to 251 ASCII letters, digits, + _ . @ and -, beginning with neither . nor -")
        }
        text = String(untrustedText)
    }

    /// Whether makepkg gives such a name to detached debug symbols.
    public var isDebug: Bool { text.hasSuffix("-debug") }

    /// Orders names by their bytes.
    public static func < (a: PackageName, b: PackageName) -> Bool { a.text < b.text }

    /// The name as written.
    public var description: String { text }
}
