public import ALPMTypes
public import Cryptography

/// One package's `desc` entry in the strict form of descv2.
///
/// Whatever this type holds has exactly one encoding, `bytes`, and every client reads it alike.
public struct PackageDescription: Hashable, Sendable {
    /// The package's file name, made of the name, version and architecture below.
    public let fileName: PackageFileName
    /// The source package's name; absent from some old entries.
    public let base: PackageName?
    /// One line that describes the package.
    public let description: String?
    /// The groups that the package belongs to.
    public let groups: [String]
    /// The size of the package file in bytes.
    public let compressedSize: UInt64
    /// The size of the installed files in bytes.
    public let installedSize: UInt64
    /// The SHA-256 of the package file.
    public let sha256: SHA256Digest
    /// The project's address.
    public let url: String?
    /// The licences.
    public let licenses: [String]
    /// When the package was built, in Unix seconds.
    public let buildDate: UInt64
    /// Who built it.
    public let packager: String
    /// What it replaces.
    public let replaces: [String]
    /// What it conflicts with.
    public let conflicts: [String]
    /// What it provides.
    public let provides: [String]
    /// What it needs to run.
    public let depends: [String]
    /// What it can use.
    public let optDepends: [String]
    /// What building it needs.
    public let makeDepends: [String]
    /// What checking it needs.
    public let checkDepends: [String]

    /// The directory that holds the entry.
    public let directoryName: DirectoryName
    /// The entry's one encoding.
    public let bytes: [UInt8]

    /// The package's name.
    public var name: PackageName { directoryName.name }
    /// The full version.
    public var version: Version { directoryName.version }
    /// The architecture that the package was built for.
    public var architecture: Architecture { fileName.architecture }

    /// Parses a `desc` entry; throws unless the bytes are the one encoding of what they say.
    public init(parsing untrustedBytes: [UInt8]) throws(RepositoryDatabaseError) {
        let fields = DescriptionFields(values: try DescriptionGrammar.parse(untrustedBytes))
        directoryName = try fields.directoryName()
        fileName = try fields.fileName(of: directoryName)
        base = try fields.base()
        description = fields.optional(.description)
        groups = fields.list(.groups)
        compressedSize = try fields.number(.compressedSize)
        installedSize = try fields.number(.installedSize)
        sha256 = try fields.digest()
        url = fields.optional(.url)
        licenses = fields.list(.licenses)
        buildDate = try fields.number(.buildDate)
        packager = try fields.required(.packager)
        replaces = fields.list(.replaces)
        conflicts = fields.list(.conflicts)
        provides = fields.list(.provides)
        depends = fields.list(.depends)
        optDepends = fields.list(.optDepends)
        makeDepends = fields.list(.makeDepends)
        checkDepends = fields.list(.checkDepends)
        bytes = untrustedBytes
        guard DescriptionGrammar.encode(values) == bytes else {
            throw .malformed(field: "desc", expected: "the canonical encoding of its fields")
        }
    }

    /// Makes an entry from the lines of its fields; throws when they make none, or would read back as something else.
    public init(untrustedValues: [DescriptionField: [String]]) throws(RepositoryDatabaseError) {
        try self.init(parsing: DescriptionGrammar.encode(untrustedValues))
        guard values == untrustedValues.filter({ !$0.value.isEmpty }) else {
            throw .malformed(field: "desc", expected: "made of values of one line each")
        }
    }

    /// The lines of each field that the entry has.
    public var values: [DescriptionField: [String]] {
        let lists: [DescriptionField: [String]] = [
            .fileName: [fileName.text], .name: [name.text], .base: base.map { [$0.text] } ?? [],
            .version: [version.text], .description: description.map { [$0] } ?? [], .groups: groups,
            .compressedSize: [String(compressedSize)], .installedSize: [String(installedSize)],
            .sha256: [sha256.hex], .url: url.map { [$0] } ?? [], .licenses: licenses,
            .architecture: [architecture.text], .buildDate: [String(buildDate)], .packager: [packager],
            .replaces: replaces, .conflicts: conflicts, .provides: provides, .depends: depends,
            .optDepends: optDepends, .makeDepends: makeDepends, .checkDepends: checkDepends,
        ]
        return lists.filter { !$0.value.isEmpty }
    }
}
