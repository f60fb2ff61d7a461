extension PackageInfo {
    /// Reads `.PKGINFO` as repo-add does under C.UTF-8, for `desc` entries that equal its own byte for byte.
    ///
    /// It differs where repo-add is unsafe: keys that would run as code or overwrite the tool's own variables are errors, as are
    /// values that would become fields of their own; name and version must be valid, and the text must be UTF-8. `file` names the package in errors.
    public init(
        repoAddReading untrustedText: [UInt8], profile: RepoAddProfile = .descv2, of file: String = "package"
    ) throws(PackageArchiveError) {
        let text = MetadataLines(file: file, member: ".PKGINFO", mayBeEmpty: [])
        guard let content = String(validating: untrustedText.filter { $0 != 0 }, as: UTF8.self) else {
            throw text.refused(line: nil, "UTF-8 text")
        }
        var values: [Key: [String]] = [:]
        var lines: [Key: Int] = [:]
        var untrustedLines = content.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        // What follows the last newline: bash's `read` fails on it, and repo-add looked at it only since 7.0.
        if profile == .v6_0 { untrustedLines.removeLast() }
        for (index, untrustedLine) in untrustedLines.enumerated() {
            guard let (untrustedKey, value) = RepoAddLine.split(untrustedLine) else { continue }
            try RepoAddLine.checkKey(untrustedKey, line: index + 1, in: text)
            guard let key = Key(rawValue: untrustedKey) else { continue }
            values[key] = key.isList ? values[key, default: []] + [value] : [value]
            lines[key] = index + 1
        }
        for (key, list) in values where RepoAddLine.makesFields(list) {
            throw text.refused(line: lines[key], "no \(key) after an empty one that reads as another field of desc")
        }
        try self.init(values, lines: lines, in: text)
    }
}

/// One line of `.PKGINFO` as bash's `read` and repo-add's own substitutions take it apart.
enum RepoAddLine {
    /// Variables of repo-add that a key of this name would overwrite.
    private static let toolVariables: Set<String> = [
        "pkgfile", "pgpsig", "pgpsigsize", "oldfile", "oldfilename", "pkgentry", "tmpdir", "line", "var", "val",
    ]

    /// The key and value of a line, or `nil` for a comment.
    static func split(_ untrustedLine: Substring.UnicodeScalarView) -> (key: String, value: String)? {
        let line = trim(untrustedLine) { $0 == " " || $0 == "\t" }
        if line.first == "#" { return nil }
        let key = line.prefix { $0 != " " && $0 != "=" }
        var rest = line[key.endIndex...].drop { $0 == " " }
        if rest.first == "=" { rest = rest.dropFirst().drop { $0 == " " } }
        let value = dropLoneFinalEquals(trim(rest) { $0 == " " })
        return (String(key), fold(value))
    }

    /// Refuses the keys by which a package could run code in repo-add or choose another file's data.
    static func checkKey(_ key: String, line: Int, in text: MetadataLines) throws(PackageArchiveError) {
        guard key.utf8.allSatisfy({ isKeyByte($0) }) else {
            throw text.refused(line: line, "a key of ASCII letters, digits, _ and -")
        }
        guard !key.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            !key.hasPrefix("_"), !toolVariables.contains(key)
        else { throw text.refused(line: line, "a key that is no variable of repo-add") }
    }

    /// Whether an empty value would end the list in a `desc`, so that a later value begins another field for its readers.
    static func makesFields(_ values: [String]) -> Bool {
        values.drop { !$0.isEmpty }.contains { $0.utf8.count > 2 && $0.hasPrefix("%") && $0.hasSuffix("%") }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func trim(
        _ text: Substring.UnicodeScalarView, _ isTrimmed: (Unicode.Scalar) -> Bool
    ) -> Substring.UnicodeScalarView {
        let text = text.drop(while: isTrimmed)
        guard let last = text.lastIndex(where: { !isTrimmed($0) }) else { return text.prefix(0) }
        return text[...last]
    }

    /// Of a value `^([^ =]*) *= *$` only the word stays.
    private static func dropLoneFinalEquals(_ value: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        guard value.last == "=" else { return value }
        let word = trim(value.dropLast()) { $0 == " " }
        return word.startIndex == value.dropLast().startIndex && !word.contains { $0 == " " || $0 == "=" }
            ? word : value
    }

    /// Each run of white space becomes one space.
    private static func fold(_ value: Substring.UnicodeScalarView) -> String {
        var folded = String.UnicodeScalarView()
        var isInRun = false
        for scalar in value {
            let isSpace = isWhiteSpace(scalar)
            if !isSpace { folded.append(scalar) } else if !isInRun { folded.append(" ") }
            isInRun = isSpace
        }
        return String(folded)
    }

    /// glibc's `[[:space:]]` in a UTF-8 locale; not U+0085, U+00A0, U+2007 and U+202F, which do not break lines.
    private static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0d, 0x20, 0x1680, 0x2000...0x2006, 0x2008...0x200a, 0x2028, 0x2029, 0x205f, 0x3000: true
        default: false
        }
    }
}
