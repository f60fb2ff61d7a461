public import ALPMTypes
public import Cryptography

/// What a repository says of one package.
public struct RepositoryEntry: Hashable, Sendable {
    /// The `desc` entry.
    public let description: PackageDescription
    /// The `files` entry, if it is known.
    public let files: FileList

    /// Joins the two.
    public init(description: PackageDescription, files: FileList) {
        self.description = description
        self.files = files
    }

    /// The package's name.
    public var name: PackageName { description.name }

    /// The directory that holds the entry.
    public var directoryName: DirectoryName { description.directoryName }

    /// The bytes of `desc`.
    public var descBytes: [UInt8] { description.bytes }

    /// The bytes of `files`; nil if the list is unknown.
    public var filesBytes: [UInt8]? { files.bytes }

    /// The SHA-256 of `desc`.
    public var descDigest: SHA256Digest { SHA256.digest(of: descBytes) }

    /// The SHA-256 of `files`, or of nothing if the list is unknown.
    public var filesDigest: SHA256Digest { SHA256.digest(of: filesBytes ?? []) }
}
