public import ALPMTypes
public import Cryptography

/// Everything that makes a package this package: its file and what the databases will say of it.
public struct PackageIdentity: Hashable, Sendable {
    /// The package's file name, which holds its name, version and architecture.
    public let fileName: PackageFileName
    /// The file's length in bytes.
    public let size: UInt64
    /// The digest of the file.
    public let sha256: SHA256Digest
    /// The digest of the package's `desc` entry.
    public let desc: SHA256Digest
    /// The digest of the package's `files` entry.
    public let files: SHA256Digest

    /// The package's name.
    public var name: PackageName { fileName.name }
    /// The package's version.
    public var version: Version { fileName.version }
    /// The package's own architecture, which may be `any`.
    public var architecture: Architecture { fileName.architecture }

    static let fields = ["architecture", "desc", "fileName", "files", "name", "sha256", "size", "version"]

    /// Puts the parts together.
    public init(
        fileName: PackageFileName, size: UInt64, sha256: SHA256Digest, desc: SHA256Digest, files: SHA256Digest
    ) {
        self.fileName = fileName
        self.size = size
        self.sha256 = sha256
        self.desc = desc
        self.files = files
    }

    init(_ reader: FieldReader) throws(AttestationError) {
        try self.init(
            fileName: reader.fileName("fileName"), size: reader.decimal("size"), sha256: reader.digest("sha256"),
            desc: reader.digest("desc"), files: reader.digest("files"))
        guard try reader.packageName("name") == name, try reader.version("version") == version,
            try reader.architecture("architecture") == architecture
        else { throw reader.failure("fileName", "the name, version and architecture stated beside it") }
    }

    var members: [String: JSONValue] {
        [
            "architecture": .string(architecture.text), "desc": .string(desc.hex),
            "fileName": .string(fileName.text), "files": .string(files.hex), "name": .string(name.text),
            "sha256": .string(sha256.hex), "size": .string(String(size)), "version": .string(version.text),
        ]
    }

    var subject: (name: String, digest: SHA256Digest) { (fileName.text, sha256) }
}
