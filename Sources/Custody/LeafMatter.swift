import ALPMTypes
package import Attestation
package import Cryptography
package import EnclaveCore

/// What a leaf says of a package and of its job; nil parts are those that its kind does not have.
package struct LeafMatter: Hashable, Sendable {
    /// The kind, as the leaf has it.
    package let kind: String
    /// The package that the leaf is about, if it is about one.
    package let package: PackageArtefact?
    /// The job that wrote the leaf, if a job did.
    package let job: SHA256Digest?
    /// The database that the leaf is about, if it is about one.
    package let location: DatabaseLocation?
    /// The statements that the leaf names.
    package let evidence: [SHA256Digest]
    /// When the enclave decided, in Unix seconds.
    package let time: UInt64

    /// Reads what leaves of every kind have in common; the leaf's own parser must have taken it before.
    package init(parsing untrustedLeaf: [UInt8]) throws(AttestationError) {
        let json = try CanonicalJSON.parse(untrustedLeaf, maximumDepth: 2)
        guard case .object(let members) = json else {
            throw .malformedField(path: "leaf", expected: "an object")
        }
        let fields = try FieldReader(json, keys: Array(members.keys))
        kind = try fields.text("kind")
        time = try fields.time("time")
        job = members["job"] == nil ? nil : try fields.digest("job")
        if members["repository"] != nil {
            location = DatabaseLocation(
                repository: try fields.repository("repository"), architecture: try fields.architecture("architecture"))
        } else {
            location = nil
        }
        if members["sha256"] != nil {
            package = PackageArtefact(
                name: try fields.packageName("name"), version: try fields.version("version"),
                sha256: try fields.digest("sha256"))
        } else {
            package = nil
        }
        evidence =
            members["evidence"] == nil
            ? []
            : try fields.distinct("evidence", "digests of statements") { text throws(CryptographyError) in
                try SHA256Digest(parsingHex: text)
            }
    }
}
