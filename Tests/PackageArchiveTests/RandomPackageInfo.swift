import TestSupport

/// A `.PKGINFO` that no makepkg writes and that repo-add reads nevertheless, following from a random sequence.
struct RandomPackageInfo {
    let bytes: [UInt8]
    /// Whether the last line ends in a newline, without which generations of repo-add differ.
    let isTerminated: Bool

    private static let lists = [
        "license", "replaces", "group", "conflict", "provides", "depend", "optdepend", "makedepend", "checkdepend",
        "backup", "xdata",
    ]
    private static let otherKeys = [
        "pkgbase", "pkgdesc", "url", "builddate", "packager", "size", "arch", "basever", "csize", "md5sum",
        "sha256sum", "foo-bar", "unknown", "=", "#depend", "# pkgver",
    ]
    private static let indents = ["", "", "", " ", "\t", " \t  "]
    private static let separators = [" = ", " = ", "=", " =", "= ", "  =  ", " ", " = = ", "=="]
    private static let ends = ["\n", "\n", "\n", " \n", "\t \n", "\r\n", "=\n", " = \n", "\n\n", "\n \t\n"]
    private static let pieces =
        [
            " ", " ", "  ", "=", "a", "bc", "\t", "\\", "\\n", "'", "\"", "#", "é", "\u{2003}", "\u{3000}", "\u{1680}",
            "\u{a0}", "\u{202f}", "\r", "\u{b}", "\u{c}", "\u{0}", "$(x)", "`x`", "${y}", "*", "?", "[a-z]", ":",
            ">=1", "%FILES%", "%NAME%", "\u{85}", "\u{2028}", "😀", "e\u{301}", "~", "!", "&", ";", "|", "漢字",
        ].map { Array($0.utf8) }

    init(name: String, version: String, using random: inout SplitMix64) {
        var lines = (0..<Int.random(in: 0...40, using: &random)).map { _ in Self.line(using: &random) }
        for (key, value) in [("pkgname", name), ("pkgver", version)] {
            let forms = ["\(key) = \(value)\n", "\(key)=\(value)\n", "\t \(key)  = \(value)  \n", "\(key) \(value)\n"]
            let line = Self.pick(forms, &random)
            lines.insert(Array(line.utf8), at: Int.random(in: 0...lines.count, using: &random))
            lines.insert(Array("\(key) = overwritten\n".utf8), at: 0)
        }
        lines.append(Array("\(Self.pick(Self.lists, &random)) = \n".utf8))
        isTerminated = Int.random(in: 0..<8, using: &random) > 0
        bytes = Array(lines.joined()) + Array((isTerminated ? "" : "url = last").utf8)
    }

    private static func line(using random: inout SplitMix64) -> [UInt8] {
        let isList = Bool.random(using: &random)
        let key = pick(isList ? lists : otherKeys, &random)
        let length = Int.random(in: 0..<50, using: &random) == 0 ? 40 : Int.random(in: 0...6, using: &random)
        let value = (0..<length).map { _ in pick(pieces, &random) }.joined()
        // An empty value in a list is an error of ours.
        let start = pick(indents, &random) + key + pick(separators, &random) + (isList ? "v" : "")
        return Array(start.utf8) + value + Array(pick(ends, &random).utf8)
    }

    private static func pick<Choice>(_ choices: [Choice], _ random: inout SplitMix64) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
