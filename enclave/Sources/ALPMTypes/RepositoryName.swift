/// A repository name that pacman can configure and that is safe as the beginning of a file name.
///
/// Lower-case ASCII letters, digits and `+ _ . @ -`, not beginning with `-` or `.`, 1 to 64 bytes; neither `local`, which is
/// libalpm's own database, nor `options`, which is another section of pacman.conf.
public struct RepositoryName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as written.
    public let text: String

    /// Parses a name; throws when it lies outside the grammar.
    public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
        let bytes = untrustedText.utf8
        guard (1...64).contains(bytes.count), !bytes.beginsWithDotOrHyphen,
            bytes.allSatisfy({ $0.isDigit || $0.isLowerCaseLetter || $0.isNamePunctuation })
        else {
            throw ALPMError(
                field: "repository name",
                expected: "1 to 64 lower-case ASCII letters, digits, + _ . @ and -, beginning with neither . nor -")
        }
        guard untrustedText != "local", untrustedText != "options" else {
            throw ALPMError(field: "repository name", expected: "other than the reserved words local and options")
        }
        text = String(untrustedText)
    }

    /// Orders names by their bytes.
    public static func < (a: RepositoryName, b: RepositoryName) -> Bool {
        a.text < b.text
    }

    /// The name as written.
    public var description: String { text }
}
