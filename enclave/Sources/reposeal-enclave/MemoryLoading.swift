import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Ledger
import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol

extension Memory {
    /// Reads from the ledger what the decision about a job can depend on, and nothing else.
    init(of ledger: borrowing EnclaveLedger, for job: Job, under policy: SigningPolicy) throws {
        var databases: [DatabaseLocation: RepositoryMemory] = [:]
        var claims: [Claim] = []
        var signatures: [StoredSignatureKey: [UInt8]] = [:]
        var packages: [SHA256Digest] = []
        for change in job.changes {
            let location = DatabaseLocation(repository: change.repository, architecture: change.architecture)
            databases[location] = try RepositoryMemory(of: ledger, at: location)
            for addition in change.additions {
                guard let description = try? PackageDescription(parsing: addition.untrustedDescription) else {
                    continue
                }
                claims += try ledger.claims(at: location, name: description.name)
                packages.append(description.sha256)
                guard let key = policy.repository(change.repository)?.key else { continue }
                if let packet = try ledger.packageSignature(of: description.sha256, by: key.bytes) {
                    signatures[StoredSignatureKey(sha256: description.sha256, key: key)] = packet
                }
            }
            for name in change.removals { claims += try ledger.claims(at: location, name: name) }
        }
        self.init(
            distribution: try ledger.firstPolicyDigest() ?? policy.digest, databases: databases, claims: claims,
            consumedStatements: try ledger.consumed(among: job.evidence.map(\.digest)), packageSignatures: signatures,
            revoked: try ledger.revoked(among: packages))
    }
}

extension RepositoryMemory {
    fileprivate init(of ledger: borrowing EnclaveLedger, at location: DatabaseLocation) throws {
        let stored = try ledger.entries(repository: location.repository, architecture: location.architecture)
        let state = try ledger.repositories().first {
            $0.repository == location.repository && $0.architecture == location.architecture
        }
        self.init(
            serial: state?.serial ?? 0,
            entries: try EntrySet(
                stored.map { entry in
                    RepositoryEntry(
                        description: try PackageDescription(parsing: entry.description),
                        files: try entry.files.map { try FileList(parsing: $0) } ?? .unknown)
                }),
            signedAt: state?.signedAt ?? 0,
            chunks: try ledger.chunks(
                repository: location.repository, architecture: location.architecture, codec: Codec.identifier
            ).members)
    }
}

extension EnclaveLedger {
    fileprivate func claims(at location: DatabaseLocation, name: PackageName) throws -> [Claim] {
        try claims(architecture: location.architecture, name: name).map {
            Claim($0, architecture: location.architecture)
        }
    }
}

extension Claim {
    /// A claim as the rules see it; a list of files that is not known has the digest of nothing.
    init(_ stored: StoredClaim, architecture: Architecture) {
        self.init(
            location: DatabaseLocation(repository: stored.repository, architecture: architecture),
            name: stored.claim.name, version: stored.claim.version,
            content: PackageContent(
                sha256: stored.claim.packageDigest, base: stored.claim.base,
                descDigest: stored.claim.descriptionDigest,
                filesDigest: stored.claim.filesDigest ?? SHA256.digest(of: [])),
            removedAt: stored.removedAt)
    }
}
