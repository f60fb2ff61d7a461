import ALPMTypes

/// The sections of `.SRCINFO`: one that begins with `pkgbase`, then one for each `pkgname`.
struct SourceInfoSections {
    /// The largest `.SRCINFO` in bytes.
    static let maximumSize = 1 << 20

    /// A header line and the indented lines below it.
    struct Section {
        let header: SourceInfo.Value
        var values: [String: [SourceInfo.Value]] = [:]
    }

    private(set) var base: Section
    private(set) var packages: [Section] = []

    static let checksums = [
        "md5sums", "sha1sums", "sha224sums", "sha256sums", "sha384sums", "sha512sums", "b2sums", "cksums",
    ]
    private static let scalars: Set<String> = ["pkgdesc", "pkgver", "pkgrel", "epoch", "url", "install", "changelog"]
    private static let packageKeys: Set<String> = [
        "pkgdesc", "url", "install", "changelog", "arch", "groups", "license", "options", "backup", "xdata",
    ]
    private static let relations: Set<String> = ["depends", "optdepends", "provides", "conflicts", "replaces"]
    private static let baseKeys: Set<String> = ["pkgver", "pkgrel", "epoch", "noextract", "validpgpkeys"]
    private static let baseKeysByArchitecture = Set(["source", "makedepends", "checkdepends"] + checksums)

    init(parsing untrustedBytes: [UInt8]) throws(SourceManifestError) {
        guard untrustedBytes.count <= Self.maximumSize,
            let text = String(validating: untrustedBytes, as: UTF8.self), text.utf8.last == UInt8(ascii: "\n")
        else { throw .sourceInfo(line: nil, expected: "UTF-8 text of at most 1 MiB with a newline after every line") }
        var sections: [Section] = []
        let lines = text.unicodeScalars.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        for (index, untrustedLine) in lines.map({ String($0) }).enumerated() {
            let number = index + 1
            let isIndented = untrustedLine.hasPrefix("\t")
            let line = isIndented ? untrustedLine.dropFirst() : untrustedLine[...]
            guard line.isPlain else { throw .sourceInfo(line: number, expected: "no control characters") }
            if line.isEmpty && !isIndented || line.hasPrefix("#") { continue }
            let (key, value) = try Self.split(line, number)
            if isIndented {
                guard !sections.isEmpty else { throw .sourceInfo(line: number, expected: "pkgbase = NAME first") }
                try Self.add(value, as: key, to: &sections[sections.count - 1], isBase: sections.count == 1)
            } else {
                guard key == (sections.isEmpty ? "pkgbase" : "pkgname") else {
                    throw .sourceInfo(line: number, expected: "one pkgbase first, then a pkgname for each package")
                }
                sections.append(Section(header: value))
            }
        }
        guard let base = sections.first, sections.count > 1 else {
            throw .sourceInfo(line: nil, expected: "a pkgbase and at least one pkgname")
        }
        self.base = base
        packages = Array(sections.dropFirst())
    }

    /// Whether the key is one of those that makepkg writes for each architecture, and has such an ending.
    static func isForOneArchitecture(_ key: String) -> Bool {
        !baseKeysByArchitecture.contains(key) && baseKeysByArchitecture.contains { key.hasPrefix("\($0)_") }
    }

    private static func split(
        _ line: Substring, _ number: Int
    ) throws(SourceManifestError) -> (key: String, value: SourceInfo.Value) {
        guard let separator = line.firstRange(of: " = ") else {
            throw .sourceInfo(line: number, expected: "KEY = VALUE")
        }
        return (
            String(line[..<separator.lowerBound]),
            SourceInfo.Value(line: number, text: String(line[separator.upperBound...]))
        )
    }

    private static func add(
        _ value: SourceInfo.Value, as key: String, to section: inout Section, isBase: Bool
    ) throws(SourceManifestError) {
        guard isKnown(key, isBase: isBase) else {
            throw .sourceInfo(line: value.line, expected: "a key that makepkg writes here")
        }
        // An empty value in a package's section takes back what the base says.
        guard !isBase || !value.text.isEmpty else {
            throw .sourceInfo(line: value.line, expected: "a value for \(key)")
        }
        guard !scalars.contains(key) || section.values[key] == nil else {
            throw .sourceInfo(line: value.line, expected: "\(key) only once")
        }
        section.values[key, default: []].append(value)
    }

    private static func isKnown(_ key: String, isBase: Bool) -> Bool {
        func isOf(_ keys: Set<String>) -> Bool {
            keys.contains { key == $0 || key.hasPrefix("\($0)_") && key.utf8.count > $0.utf8.count + 1 }
        }
        return packageKeys.contains(key) || isOf(relations)
            || isBase && (baseKeys.contains(key) || isOf(baseKeysByArchitecture))
    }
}

extension SourceInfoSections.Section {
    /// A scalar that must be there.
    func one(_ key: String) throws(SourceManifestError) -> SourceInfo.Value {
        guard let value = values[key]?.first else {
            throw .sourceInfo(line: header.line, expected: "a line \(key) = … below it")
        }
        return value
    }

    /// The value of the section's first line.
    func name<Name>(_ parse: (String) throws(ALPMError) -> Name) throws(SourceManifestError) -> Name {
        do throws(ALPMError) {
            return try parse(header.text)
        } catch {
            throw .sourceInfo(line: header.line, expected: "\(error.field) to be \(error.expected)")
        }
    }
}
