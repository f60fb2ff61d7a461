extension PackageInfo {
    /// Reads `.PKGINFO` as repo-add does under C.UTF-8, for `desc` entries that equal its own byte for byte if the text is UTF-8.
    ///
    /// It differs where repo-add is unsafe. Errors are: keys that would run as code or overwrite the tool's own variables; an
    /// invalid name or version; what would end an entry's block early, as the next value could then begin another field; lines
    /// for which libalpm refuses a whole database. `file` names the package in errors.
    public init(
        repoAddReading untrustedText: [UInt8], profile: RepoAddProfile = .descv2, of file: String = "package"
    ) throws(PackageArchiveError) {
        let text = MetadataLines(file: file, member: ".PKGINFO", mayBeEmpty: [])
        var values: [Key: [[UInt8]]] = [:]
        var lines: [Key: Int] = [:]
        var untrustedLines = untrustedText.filter { $0 != 0 }
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last newline: bash's `read` fails on it, and repo-add looked at it only since 7.0.
        if profile == .v6_0 { untrustedLines.removeLast() }
        for (index, untrustedLine) in untrustedLines.enumerated() {
            guard untrustedLine.count < RepoAddLine.lengthLimit else {
                throw text.refused(line: index + 1, "less than 512 KiB in a line, as libalpm reads no longer ones")
            }
            guard let (untrustedKey, value) = RepoAddLine.split(untrustedLine) else { continue }
            let untrustedName = try RepoAddLine.checkKey(untrustedKey, line: index + 1, in: text)
            guard let key = Key(rawValue: untrustedName) else { continue }
            if key.isList, let earlier = values[key], earlier.first != [], earlier.last == [], !value.isEmpty {
                throw text.refused(line: index + 1, "no value of \(key) after an empty one, which ends the list")
            }
            values[key] = key.isList ? values[key, default: []] + [value] : [value]
            lines[key] = index + 1
        }
        try self.init(values, lines: lines, in: text)
    }
}

/// One line of `.PKGINFO` as bash's `read` and repo-add's own substitutions take it apart, byte by byte.
enum RepoAddLine {
    /// The length in bytes from which on a line makes libalpm refuse the whole database.
    static let lengthLimit = 512 << 10

    /// Variables of repo-add that a key of this name would overwrite.
    private static let toolVariables: Set<String> = [
        "pkgfile", "pgpsig", "pgpsigsize", "oldfile", "oldfilename", "pkgentry", "tmpdir", "line", "var", "val",
    ]

    /// The key and value of a line, or `nil` for a comment.
    static func split(_ untrustedLine: ArraySlice<UInt8>) -> (key: ArraySlice<UInt8>, value: [UInt8])? {
        let line = trim(untrustedLine) { $0 == space || $0 == UInt8(ascii: "\t") }
        if line.first == UInt8(ascii: "#") { return nil }
        let key = line.prefix { $0 != space && $0 != equals }
        var rest = line[key.endIndex...].drop { $0 == space }
        if rest.first == equals { rest = rest.dropFirst().drop { $0 == space } }
        return (key, fold(dropLoneFinalEquals(trim(rest) { $0 == space })))
    }

    /// Refuses the keys by which a package could run code in repo-add or choose another file's data.
    static func checkKey(
        _ untrustedKey: ArraySlice<UInt8>, line: Int, in text: MetadataLines
    ) throws(PackageArchiveError) -> String {
        guard untrustedKey.allSatisfy(isKeyByte) else {
            throw text.refused(line: line, "a key of ASCII letters, digits, _ and -")
        }
        let key = String(decoding: untrustedKey, as: UTF8.self)
        guard !untrustedKey.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            !key.hasPrefix("_"), !toolVariables.contains(key)
        else { throw text.refused(line: line, "a key that is no variable of repo-add") }
        return key
    }

    private static let space = UInt8(ascii: " ")
    private static let equals = UInt8(ascii: "=")

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func trim(_ text: ArraySlice<UInt8>, _ isTrimmed: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let text = text.drop(while: isTrimmed)
        guard let last = text.lastIndex(where: { !isTrimmed($0) }) else { return text.prefix(0) }
        return text[...last]
    }

    /// Of a value `^([^ =]*) *= *$` only the word stays.
    private static func dropLoneFinalEquals(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard value.last == equals else { return value }
        let word = trim(value.dropLast()) { $0 == space }
        return word.startIndex == value.startIndex && !word.contains { $0 == space || $0 == equals } ? word : value
    }

    /// Each run of white space becomes one space; bytes that are not UTF-8 are none and stay.
    private static func fold(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        var rest = value
        var isInRun = false
        while let first = rest.first {
            let length = whiteSpaceLength(at: rest)
            if length == 0 { folded.append(first) } else if !isInRun { folded.append(space) }
            rest = rest.dropFirst(max(1, length))
            isInRun = length > 0
        }
        return folded
    }

    /// The length in bytes of what begins the text, if glibc calls it `[[:space:]]` in a UTF-8 locale; otherwise 0.
    ///
    /// U+0085, U+00A0, U+2007 and U+202F are none.
    private static func whiteSpaceLength(at text: ArraySlice<UInt8>) -> Int {
        switch text.first ?? 0 {
        case 0x09...0x0d, 0x20: return 1
        case 0xe1...0xe3: break
        default: return 0
        }
        switch text.prefix(3).reduce(0 as UInt32, { $0 << 8 | UInt32($1) }) {
        case 0xe1_9a_80: return 3  // U+1680
        case 0xe2_80_80...0xe2_80_86, 0xe2_80_88...0xe2_80_8a: return 3  // U+2000 to U+2006, U+2008 to U+200A
        case 0xe2_80_a8, 0xe2_80_a9, 0xe2_81_9f: return 3  // U+2028, U+2029, U+205F
        case 0xe3_80_80: return 3  // U+3000
        default: return 0
        }
    }
}
