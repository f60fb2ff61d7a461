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
    /// Reads from the ledger what the decision about a job and this evidence can depend on, and nothing else.
    ///
    /// Of `recent`, which was signed a moment ago, the ledger's digests alone are read where they are still the same.
    init(
        of ledger: borrowing EnclaveLedger, for job: Job, evidence: [VerifiedStatement], under policy: SigningPolicy,
        recent: [DatabaseLocation: DatabaseContent]
    ) throws {
        let siblings = evidence.flatMap(\.statement.packageNames)
        var databases: [DatabaseLocation: RepositoryMemory] = [:]
        var claims: [Claim] = []
        var signatures: [StoredSignatureKey: [UInt8]] = [:]
        var packages: [SHA256Digest] = []
        var lookups: Set<PresenceLookup> = []
        for change in job.changes {
            let location = DatabaseLocation(repository: change.repository, architecture: change.architecture)
            var names = Set(siblings + change.removals)
            for addition in change.additions {
                guard let description = try? PackageDescription(parsing: addition.untrustedDescription) else {
                    continue
                }
                names.insert(description.name)
                claims += try ledger.claims(at: location, name: description.name)
                packages.append(description.sha256)
                lookups.formUnion(
                    PresenceLookup.all(for: description, at: location, siblings: siblings, under: policy))
                guard let key = policy.repository(change.repository)?.key else { continue }
                if let packet = try ledger.packageSignature(of: description.sha256, by: key.bytes) {
                    signatures[StoredSignatureKey(sha256: description.sha256, key: key)] = packet
                }
            }
            for name in change.removals { claims += try ledger.claims(at: location, name: name) }
            databases[location] = try RepositoryMemory(
                of: ledger, at: location, names: names, recent: recent[location])
        }
        self.init(
            distribution: try ledger.firstPolicyDigest() ?? policy.digest, databases: databases, claims: claims,
            consumedStatements: try ledger.consumed(among: job.evidence.map(\.digest)), packageSignatures: signatures,
            revoked: try ledger.revoked(among: packages),
            recentChanges: try ledger.recentChanges(of: job.changes.map(\.repository), under: policy),
            present: try lookups.flatMap { try ledger.present($0) })
    }
}

extension RepositoryMemory {
    /// What was signed last and the entries of these names; all entries where the bytes of the databases are lost.
    fileprivate init(
        of ledger: borrowing EnclaveLedger, at location: DatabaseLocation, names: Set<PackageName>,
        recent: DatabaseContent?
    ) throws {
        let (repository, architecture) = (location.repository, location.architecture)
        let state = try ledger.repositories().first {
            $0.repository == repository && $0.architecture == architecture
        }
        let signed = try state.flatMap { state in
            if let recent, recent.isContent(of: state) { return recent }
            return try DatabaseContent(of: ledger, at: location, as: state)
        }
        let stored =
            if signed == nil {
                try ledger.entries(repository: repository, architecture: architecture)
            } else {
                try names.compactMap { try ledger.entry(of: $0, repository: repository, architecture: architecture) }
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
            signedBy: try state.map { try Fingerprint(bytes: $0.key) }, signed: signed)
    }
}

extension DatabaseContent {
    fileprivate func isContent(of state: RepositoryState) -> Bool {
        database.digest == state.databaseDigest && filesDatabase.digest == state.filesDigest
            && listing.digest == state.entrySet
    }

    /// What was signed last, each part compared with its digest (H15); nil where this codec has nothing to copy.
    fileprivate init?(
        of ledger: borrowing EnclaveLedger, at location: DatabaseLocation, as state: RepositoryState
    ) throws {
        let (repository, architecture) = (location.repository, location.architecture)
        guard
            let chunks = try ledger.chunks(
                repository: repository, architecture: architecture, codec: Codec.identifier)
        else { return nil }
        let listing = EntryListing(
            try ledger.listing(repository: repository, architecture: architecture).map {
                EntryListing.Line(directory: $0.directory, desc: $0.descriptionDigest, files: $0.filesDigest)
            })
        guard listing.digest == state.entrySet else {
            throw LedgerError.damaged(finding: "the entries of \(location) are not those that were signed")
        }
        do throws(RepositoryDatabaseError) {
            self.init(
                database: try EncodedDatabase(
                    untrustedMembers: chunks.database, kind: .db, digest: state.databaseDigest),
                filesDatabase: try EncodedDatabase(
                    untrustedMembers: chunks.files, kind: .files, digest: state.filesDigest),
                listing: listing)
        } catch {
            throw LedgerError.damaged(finding: "the chunks of \(location) are not those that were signed")
        }
    }
}

extension EnclaveLedger {
    fileprivate func present(_ lookup: PresenceLookup) throws -> [PresentPackage] {
        let (found, architecture): ([StoredPackage], Architecture)
        switch lookup {
        case .name(let name, let of):
            (found, architecture) = (try packages(named: name, architecture: of), of)
        case .build(let base, let version, let location):
            architecture = location.architecture
            found = try packages(
                builtFrom: base, version: version, repository: location.repository, architecture: architecture)
        }
        return found.map {
            PresentPackage(
                location: DatabaseLocation(repository: $0.repository, architecture: architecture), name: $0.name,
                version: $0.version, base: $0.base, sha256: $0.packageDigest)
        }
    }

    /// What those of the repositories took lately whose rate the policy limits.
    fileprivate func recentChanges(
        of repositories: [RepositoryName], under policy: SigningPolicy
    ) throws -> [RepositoryName: [RecentChanges]] {
        var recent: [RepositoryName: [RecentChanges]] = [:]
        for name in Set(repositories) where (policy.repository(name)?.rate.changes ?? 0) > 0 {
            recent[name] = try recentChanges(of: name).map {
                RecentChanges(time: $0.time, count: ChangeCount(ordinary: $0.ordinary, urgent: $0.urgent))
            }
        }
        return recent
    }

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
