/// The name of an entry's directory in a database, `NAME-VERSION`, which libalpm splits at its last two hyphens.
public struct DirectoryName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The package's name.
    public let name: PackageName
    /// The package's version.
    public let version: Version
    /// The joined text, without a trailing slash.
    public let text: String

    /// Joins a name and a version; throws when the result exceeds the 255 bytes that libalpm and file systems allow.
    public init(name: PackageName, version: Version) throws(ALPMError) {
        guard name.text.utf8.count + 1 + version.text.utf8.count <= 255 else {
            throw ALPMError(field: "directory name", expected: "at most 255 bytes long")
        }
        self.name = name
        self.version = version
        text = "\(name)-\(version)"
    }

    /// Parses `NAME-VERSION`; throws when either part is malformed or the whole is too long.
    public init(parsing untrustedText: some StringProtocol) throws(ALPMError) {
        let parts = untrustedText.splitAtLastHyphens(2)
        guard parts.count == 3 else {
            throw ALPMError(field: "directory name", expected: "a name and a version joined by a hyphen")
        }
        try self.init(
            name: PackageName(parsing: parts[0]), version: Version(parsing: "\(parts[1])-\(parts[2])"))
    }

    /// Orders names by their bytes, which is the order of entries in a database.
    public static func < (a: DirectoryName, b: DirectoryName) -> Bool {
        a.text < b.text
    }

    /// The joined text.
    public var description: String { text }
}

extension StringProtocol {
    /// The text cut at its last hyphens: one part more than the hyphens asked for, fewer if there are not so many.
    func splitAtLastHyphens(_ count: Int) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while parts.count < count, let hyphen = rest.utf8.lastIndex(of: UInt8(ascii: "-")) {
            parts.append(String(rest[rest.utf8.index(after: hyphen)...]))
            rest = rest[..<hyphen]
        }
        parts.append(String(rest))
        return parts.reversed()
    }
}
