public import ALPMTypes
public import Attestation
public import Cryptography

/// A package that a builder is about to upload, as its token names it before a byte of it was seen.
public struct UploadedPackage: Hashable, Sendable {
    /// The builder, as the policy calls it.
    public let builder: SignerID
    /// Under which name the package is handed in.
    public let fileName: PackageFileName
    /// The digest that the whole file must have.
    public let sha256: SHA256Digest
    /// How many bytes the whole file must have, at least one.
    public let size: UInt64

    /// Puts the parts together.
    public init(builder: SignerID, fileName: PackageFileName, sha256: SHA256Digest, size: UInt64) {
        self.builder = builder
        self.fileName = fileName
        self.sha256 = sha256
        self.size = size
    }

    /// What names the upload in its address: the digest of all four parts.
    ///
    /// Two builders who upload the same file have two uploads, so that none can spoil the other's, and every scheduler calls
    /// an upload the same.
    public var uploadID: SHA256Digest { SHA256.digest(of: CanonicalJSON.encode(.object(members))) }

    static let fields = ["builder", "fileName", "sha256", "size"]

    var members: [String: JSONValue] {
        [
            "builder": .string(builder.text), "fileName": .string(fileName.text), "sha256": .string(sha256.hex),
            "size": .string("\(size)"),
        ]
    }

    init(_ reader: FieldReader) throws(AttestationError) {
        builder = try reader.identifier("builder")
        fileName = try reader.parsed("fileName", "NAME-VERSION-ARCH.pkg.tar.EXT") { text throws(ALPMError) in
            try PackageFileName(parsing: text)
        }
        sha256 = try reader.digest("sha256")
        size = try reader.decimal("size")
        guard size > 0 else { throw reader.failure("size", "at least one byte") }
    }
}
