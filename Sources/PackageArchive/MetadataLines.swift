/// One `key = value` line of a metadata file.
struct MetadataLine {
    /// Counted from 1.
    let number: Int
    let key: String
    let value: String
}

/// The strict line grammar that `.PKGINFO` and `.BUILDINFO` share: what repo-add and libalpm understand alike.
struct MetadataLines {
    /// The longest line, as in the enclave's `desc` grammar.
    static let maximumLineLength = 8 << 10

    let file: String
    let member: String
    /// The keys whose value may be empty.
    let mayBeEmpty: Set<String>

    /// Splits and checks the text; throws an error that names the line and what was expected.
    func parse(_ untrustedText: [UInt8]) throws(PackageArchiveError) -> [MetadataLine] {
        guard let text = String(validating: untrustedText, as: UTF8.self) else {
            throw refused(line: nil, "UTF-8 text")
        }
        guard text.utf8.last == UInt8(ascii: "\n") else { throw refused(line: nil, "a newline after every line") }
        var lines: [MetadataLine] = []
        // Views of scalars, as Swift takes a carriage return and a newline for one character.
        let texts = text.unicodeScalars.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in texts.enumerated() {
            let number = index + 1
            try checkCharacters(line, number)
            if line.first == "#" { continue }
            lines.append(try parse(line, number))
        }
        return lines
    }

    /// An error at a line of this member.
    func refused(line: Int?, _ expected: String) -> PackageArchiveError {
        .member(file: file, member: member, line: line, expected: expected)
    }

    private func checkCharacters(_ line: Substring.UnicodeScalarView, _ number: Int) throws(PackageArchiveError) {
        guard Substring(line).utf8.count <= Self.maximumLineLength else {
            throw refused(line: number, "at most 8192 bytes in a line")
        }
        for scalar in line where scalar != " " {
            guard scalar.properties.generalCategory != .control else {
                throw refused(line: number, "no control characters")
            }
            guard !scalar.properties.isWhitespace else {
                throw refused(line: number, "no white space other than the ASCII space")
            }
            guard !scalar.properties.isBidiControl else {
                throw refused(line: number, "no bidirectional marks")
            }
        }
    }

    private func parse(_ line: Substring.UnicodeScalarView, _ number: Int) throws(PackageArchiveError) -> MetadataLine {
        let key = line.prefix { ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
        let rest = line[key.endIndex...]
        guard !key.isEmpty, rest.starts(with: " = ".unicodeScalars) else {
            throw refused(line: number, "a comment or KEY = VALUE with a lower-case key")
        }
        let value = rest.dropFirst(3)
        guard !value.isEmpty || mayBeEmpty.contains(String(key)) else {
            throw refused(line: number, "a value for \(key)")
        }
        let doubled = zip(value, value.dropFirst()).contains { $0 == " " && $1 == " " }
        guard value.first != " ", value.last != " ", !doubled else {
            throw refused(line: number, "single spaces inside the value and none around it")
        }
        guard !hasLoneFinalEquals(value) else {
            throw refused(line: number, "a value that does not end in a lone = after one word, which repo-add drops")
        }
        return MetadataLine(number: number, key: String(key), value: String(value))
    }

    /// Whether the value has the form `^([^ =]*) *= *$`, of which repo-add keeps only the word.
    private func hasLoneFinalEquals(_ value: Substring.UnicodeScalarView) -> Bool {
        guard value.last == "=" else { return false }
        let beforeEquals = value.dropLast()
        let word = beforeEquals.last == " " ? beforeEquals.dropLast() : beforeEquals
        return !word.contains { $0 == " " || $0 == "=" }
    }
}
