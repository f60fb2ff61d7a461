public import ALPMTypes
import Attestation
public import Cryptography
import Publisher
import RepositoryDatabase
import SchedulerStore

/// One statement that speaks of a package or of its sources.
public struct EvidenceSummary: Hashable, Sendable {
    /// The SHA-256 of what was signed, which names the statement.
    public let digest: SHA256Digest
    /// The kind of statement, such as `package-approval`.
    public let kind: String
    /// Who or which machine made it.
    public let signer: String
    /// From when on it counts, in Unix seconds.
    public let notBefore: UInt64
    /// Until when it counts, in Unix seconds.
    public let notAfter: UInt64
}

/// What a submitted package says of itself, and what others say of it.
public struct PackageDetail: Hashable, Sendable {
    /// The file's name.
    public let fileName: String
    /// The source package's name.
    public let base: PackageName
    /// The size of the file in bytes.
    public let size: UInt64
    /// When it was accepted, in Unix seconds.
    public let acceptedAt: UInt64
    /// The line that describes it, as its packager wrote it.
    public let untrustedDescription: String?
    /// The project's address, as the packager wrote it.
    public let untrustedURL: String?
    /// The licences, as the packager wrote them.
    public let untrustedLicenses: [String]
    /// Who built it, by the package's own word.
    public let untrustedPackager: String
    /// When it was built, in Unix seconds, by the package's own word.
    public let buildDate: UInt64
    /// The statements that speak of it, in the order of their kinds and signers.
    public let evidence: [EvidenceSummary]
}

extension SchedulerHome {
    /// What is known of a submitted package; nil if none was submitted under this digest.
    public func package(_ sha256: SHA256Digest) throws(SchedulerDirectoryError) -> PackageDetail? {
        let store = try readingStore()
        guard let record = try durably({ try store.submission(sha256) }) else { return nil }
        let description = try SubmissionStore(layout: layout, store: store).submission(record).description
        let evidence = try durably { try store.evidence(naming: record) }.map { kept in
            let header = kept.statement.header
            return EvidenceSummary(
                digest: kept.envelope.digest, kind: kept.statement.name, signer: header.signer.text,
                notBefore: header.notBefore, notAfter: header.notAfter)
        }
        return PackageDetail(
            fileName: record.fileName.text, base: record.base, size: record.size, acceptedAt: record.acceptedAt,
            untrustedDescription: description.description, untrustedURL: description.url,
            untrustedLicenses: description.licenses, untrustedPackager: description.packager,
            buildDate: description.buildDate,
            evidence: evidence.sorted { ($0.kind, $0.signer, $0.digest.hex) < ($1.kind, $1.signer, $1.digest.hex) })
    }
}
