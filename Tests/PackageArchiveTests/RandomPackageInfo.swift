import TestSupport

/// A `.PKGINFO` that no makepkg writes and that repo-add reads nevertheless, following from a random sequence.
struct RandomPackageInfo {
    let text: String
    /// Whether the last line ends in a newline, without which generations of repo-add differ.
    let isTerminated: Bool

    private static let keys = [
        "pkgbase", "pkgdesc", "url", "builddate", "packager", "size", "arch", "license", "replaces", "group",
        "conflict", "provides", "depend", "optdepend", "makedepend", "checkdepend", "backup", "xdata", "basever",
        "csize", "md5sum", "sha256sum", "foo-bar", "unknown", "=", "#depend", "# pkgver",
    ]
    private static let indents = ["", "", "", " ", "\t", " \t  "]
    private static let separators = [" = ", " = ", "=", " =", "= ", "  =  ", " ", " = = ", "=="]
    private static let ends = ["\n", "\n", "\n", " \n", "\t \n", "\r\n", "=\n", " = \n", "\n\n", "\n \t\n"]
    private static let pieces = [
        " ", " ", "  ", "=", "a", "bc", "\t", "\\", "\\n", "'", "\"", "#", "é", "\u{2003}", "\u{3000}", "\u{1680}",
        "\u{a0}", "\u{202f}", "\r", "\u{b}", "\u{c}", "\u{0}", "$(x)", "`x`", "${y}", "*", "?", "[a-z]", ":", ">=1",
        "%FILES%", "%NAME%", "\u{85}", "\u{2028}", "😀", "e\u{301}", "~", "!", "&", ";", "|", "漢字",
    ]

    init(name: String, version: String, using random: inout SplitMix64) {
        var lines = (0..<Int.random(in: 0...40, using: &random)).map { _ in Self.line(using: &random) }
        for (key, value) in [("pkgname", name), ("pkgver", version)] {
            let line = Self.pick(
                ["\(key) = \(value)\n", "\(key)=\(value)\n", "\t \(key)  = \(value)  \n", "\(key) \(value)\n"], &random)
            lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
            lines.insert("\(key) = overwritten\n", at: 0)
        }
        isTerminated = Int.random(in: 0..<8, using: &random) > 0
        text = lines.joined() + (isTerminated ? "" : "depend = last")
    }

    private static func line(using random: inout SplitMix64) -> String {
        let key = pick(keys, &random)
        let length = Int.random(in: 0..<50, using: &random) == 0 ? 40 : Int.random(in: 0...6, using: &random)
        let value = (0..<length).map { _ in pick(pieces, &random) }.joined()
        return pick(indents, &random) + key + pick(separators, &random) + value + pick(ends, &random)
    }

    private static func pick(_ choices: [String], _ random: inout SplitMix64) -> String {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
