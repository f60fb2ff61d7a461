public import ALPMTypes
public import Cryptography

/// One content under one name and version, as statements that are not about its admission name it.
public struct PackageArtefact: Hashable, Sendable {
    /// The package's name.
    public let name: PackageName
    /// The package's version.
    public let version: Version
    /// The digest of the package's file.
    public let sha256: SHA256Digest

    /// Names a package.
    public init(name: PackageName, version: Version, sha256: SHA256Digest) {
        self.name = name
        self.version = version
        self.sha256 = sha256
    }

    static let fields = ["name", "sha256", "version"]

    init(_ reader: FieldReader) throws(AttestationError) {
        try self.init(
            name: reader.packageName("name"), version: reader.version("version"), sha256: reader.digest("sha256"))
    }

    /// The artefact in canonical JSON.
    public var value: JSONValue {
        .object(["name": .string(name.text), "sha256": .string(sha256.hex), "version": .string(version.text)])
    }

    var subject: (name: String, digest: SHA256Digest) { ("\(name)-\(version)", sha256) }
}

extension FieldReader {
    /// The artefacts that a statement lists, in strictly ascending order of one of their fields.
    func artefacts(sortedBy order: String) throws(AttestationError) -> [PackageArtefact] {
        var packages: [PackageArtefact] = []
        for package in try objects("packages", keys: PackageArtefact.fields, sortedBy: order) {
            packages.append(try PackageArtefact(package))
        }
        return packages
    }
}
