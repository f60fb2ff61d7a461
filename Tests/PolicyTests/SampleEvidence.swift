import ALPMTypes
import Attestation
import Cryptography
import Policy

/// Statements about one package of the sample, each open to one change.
struct SampleEvidence {
    static let now: UInt64 = 1_800_000_000
    let policy: SigningPolicy
    var pkgbase = "zlib"
    var fileName = "zlib-1:1.3.1-2-x86_64.pkg.tar.zst"
    var repository = "core"
    var manifest = "manifest"
    var desc = "desc"
    var content = "content"
    /// What a source approval lists: names with their architectures.
    var listed = [("zlib", "x86_64"), ("zlib-doc", "any")]
    var distribution: SHA256Digest
    var policyVersion: UInt64
    var window = (from: SampleEvidence.now - 100, to: SampleEvidence.now + 100)
    var nonce: UInt8 = 0

    init(_ policy: SigningPolicy) {
        self.policy = policy
        distribution = policy.digest
        policyVersion = policy.version
    }

    func changing(_ change: (inout SampleEvidence) -> Void) -> SampleEvidence {
        var changed = self
        change(&changed)
        return changed
    }

    func identity() throws -> PackageIdentity {
        PackageIdentity(
            fileName: try PackageFileName(parsing: fileName), size: UInt64(content.utf8.count),
            sha256: SHA256.digest(of: Array(content.utf8)), desc: SHA256.digest(of: Array(desc.utf8)),
            files: SHA256.digest(of: Array("files".utf8)))
    }

    func state() -> SHA256State {
        var hash = SHA256()
        hash.update(Array(content.utf8))
        return hash.exportState()
    }

    func claim() throws -> AdmissionClaim {
        AdmissionClaim(pkgbase: try PackageName(parsing: pkgbase), identity: try identity(), state: state())
    }

    private func header(_ id: String) throws -> StatementHeader {
        try StatementHeader(
            distribution: distribution, policyVersion: policyVersion, notBefore: window.from, notAfter: window.to,
            nonce: [UInt8](repeating: nonce, count: 16), signer: SignerID(parsing: id))
    }

    /// The statement as it looks after verification with the person's certificate of that index.
    func verified(_ statement: Statement, certificate: Int = 0) throws -> VerifiedStatement {
        let id = statement.header.signer
        let signer: Signer =
            if let person = policy.person(id) {
                .person(id, person.certificates[certificate].fingerprint)
            } else {
                .machine(id, operator: policy.machine(id)?.operator ?? "nobody")
            }
        let digest = Envelope(payload: statement.canonicalBytes, signature: []).digest
        return VerifiedStatement(uncheckedAfterVerification: statement, digest: digest, signer: signer)
    }

    func source(_ id: String, certificate: Int = 0) throws -> VerifiedStatement {
        let approval = try SourceApproval(
            header: header(id), repository: RepositoryName(parsing: repository),
            pkgbase: PackageName(parsing: pkgbase), version: identity().version,
            sourceManifest: SHA256.digest(of: Array(manifest.utf8)),
            packages: listed.map {
                SourceApproval.Package(
                    name: try PackageName(parsing: $0.0), architecture: try Architecture(parsing: $0.1))
            })
        return try verified(.sourceApproval(approval), certificate: certificate)
    }

    func package(_ id: String, certificate: Int = 0, with siblings: String..., together: Bool = false) throws
        -> VerifiedStatement
    {
        let others = try siblings.map { name in try changing { $0.fileName = name }.identity() }
        let approval = try PackageApproval(
            header: header(id), repository: RepositoryName(parsing: repository), packages: [identity()] + others,
            together: together)
        return try verified(.packageApproval(approval), certificate: certificate)
    }

    /// The record of a build out of which these other files came as well.
    func build(_ id: String, with siblings: String...) throws -> VerifiedStatement {
        let outcome = try ([fileName] + siblings).map { name in
            try BuildRecord.Package(identity: changing { $0.fileName = name }.identity(), state: state())
        }
        let record = try BuildRecord(
            header: header(id), repository: RepositoryName(parsing: repository),
            pkgbase: PackageName(parsing: pkgbase), version: identity().version,
            sourceManifest: SHA256.digest(of: Array(manifest.utf8)), environment: SHA256.digest(of: Array(id.utf8)),
            packages: outcome)
        return try verified(.buildRecord(record))
    }

    func removal(_ id: String, architecture: String = "x86_64", name: String = "zlib") throws -> VerifiedStatement {
        let removal = try Removal(
            header: header(id), repository: RepositoryName(parsing: repository),
            architecture: Architecture(parsing: architecture),
            packages: [
                PackageArtefact(
                    name: PackageName(parsing: name), version: identity().version, sha256: identity().sha256)
            ])
        return try verified(.removal(removal))
    }

    func override(_ id: String, architecture: String = "x86_64") throws -> VerifiedStatement {
        try verified(
            .versionOverride(
                VersionOverride(
                    header: header(id), repository: RepositoryName(parsing: repository),
                    architecture: Architecture(parsing: architecture),
                    packages: [
                        PackageArtefact(
                            name: identity().name, version: identity().version, sha256: identity().sha256)
                    ])))
    }

    func imported(_ id: String, entries: UInt64 = 10) throws -> VerifiedStatement {
        try verified(
            .repositoryImport(
                RepositoryImport(
                    header: header(id), repository: RepositoryName(parsing: repository),
                    architecture: Architecture(parsing: "x86_64"), entries: entries,
                    entrySet: SHA256.digest(of: Array("entries".utf8)))))
    }

    func approval(_ id: String, of other: SigningPolicy) throws -> VerifiedStatement {
        try verified(
            .policyApproval(PolicyApproval(header: header(id), version: other.version, policy: other.digest)))
    }
}
