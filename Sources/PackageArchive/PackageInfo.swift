public import ALPMTypes

/// What a package's `.PKGINFO` says: its name, its version and every field that a `desc` entry carries.
public struct PackageInfo: Equatable, Sendable {
    /// The keys of `.PKGINFO`, spelled as makepkg writes them.
    public enum Key: String, CaseIterable, Sendable {
        case pkgname, pkgbase, xdata, pkgver, pkgdesc, url, builddate, packager, size, arch
        case license, replaces, group, conflict, provides, backup, depend, optdepend, makedepend, checkdepend

        /// Whether the key may occur more than once.
        public var isList: Bool {
            switch self {
            case .pkgname, .pkgbase, .pkgver, .pkgdesc, .url, .builddate, .packager, .size, .arch: false
            case .xdata, .license, .replaces, .group, .conflict, .provides, .backup: true
            case .depend, .optdepend, .makedepend, .checkdepend: true
            }
        }
    }

    /// The package's name.
    public let name: PackageName
    /// The package's full version; in the strict reading also a `Version`.
    public let version: StockVersion
    private let values: [Key: [[UInt8]]]

    /// The values of a key in file order; empty if the key is absent.
    ///
    /// Bytes that are not UTF-8 are replaced.
    public subscript(key: Key) -> [String] { bytes(of: key).map { String(decoding: $0, as: UTF8.self) } }

    /// The values of a key, byte for byte; repo-add passes on what is not UTF-8.
    func bytes(of key: Key) -> [[UInt8]] { values[key, default: []] }

    /// What both readings end with: name and version must be there and safe to use in paths.
    init(
        _ values: [Key: [[UInt8]]], lines: [Key: Int], in text: MetadataLines
    ) throws(PackageArchiveError) {
        func required(_ key: Key) throws(PackageArchiveError) -> String {
            guard let value = values[key]?.last, !value.isEmpty else {
                throw text.refused(line: lines[key], "a line \(key) = …")
            }
            return String(decoding: value, as: UTF8.self)
        }
        let untrustedName = try required(.pkgname)
        do throws(ALPMError) {
            name = try PackageName(parsing: untrustedName)
        } catch {
            throw text.refused(line: lines[.pkgname], error.expected)
        }
        guard let version = StockVersion(parsing: try required(.pkgver)) else {
            throw text.refused(line: lines[.pkgver], StockVersion.expected)
        }
        guard name.text.utf8.count + 1 + version.text.utf8.count <= 255 else {
            throw text.refused(
                line: lines[.pkgver], "name and version of at most 255 bytes with the hyphen between them")
        }
        self.version = version
        self.values = values
    }
}

extension PackageInfo {
    /// Parses `.PKGINFO` in the strict grammar, in which repo-add and libalpm read the same.
    ///
    /// Each line is a comment or `key = value` with one space around the sign; only `url` and `pkgdesc` may be empty; keys
    /// are known and scalars occur once. `file` names the package in errors.
    public init(strict untrustedText: [UInt8], of file: String = "package") throws(PackageArchiveError) {
        let text = MetadataLines(file: file, member: ".PKGINFO", mayBeEmpty: ["url", "pkgdesc"])
        var values: [Key: [[UInt8]]] = [:]
        var lines: [Key: Int] = [:]
        for line in try text.parse(untrustedText) {
            guard let key = Key(rawValue: line.key) else {
                throw text.refused(line: line.number, "a key that makepkg writes")
            }
            guard key.isList || values[key] == nil else {
                throw text.refused(line: line.number, "\(key) only once")
            }
            values[key, default: []].append(Array(line.value.utf8))
            lines[key] = line.number
        }
        try self.init(values, lines: lines, in: text)
        do throws(ALPMError) {
            _ = try Version(parsing: version.text)
        } catch {
            throw text.refused(line: lines[.pkgver], error.expected)
        }
    }
}
