import ALPMTypes
import Attestation
import Cryptography
import EnclaveCore
import Policy
import Refusals
import RepositoryDatabase
import SigningProtocol

/// A package that exists only as its bytes' digest and its entry.
struct SamplePackage {
    let entry: RepositoryEntry
    let state: SHA256State

    init(
        _ name: String, _ version: String, content: String = "content", base: String? = nil,
        architecture: String = "x86_64", replaces: [String] = []
    ) throws {
        let bytes = Array("\(name) \(version) \(content)".utf8)
        var hash = SHA256()
        hash.update(bytes)
        state = hash.exportState()
        let fields =
            [
                ("FILENAME", "\(name)-\(version)-\(architecture).pkg.tar.zst"), ("NAME", name), ("BASE", base ?? name),
                ("VERSION", version), ("DESC", "A sample"), ("CSIZE", "\(bytes.count)"), ("ISIZE", "100"),
                ("SHA256SUM", hash.finalize().hex), ("ARCH", architecture), ("BUILDDATE", "1560000000"),
                ("PACKAGER", "Example <build@example.org>"),
            ] + (replaces.isEmpty ? [] : [("REPLACES", replaces.joined(separator: "\n"))])
        let desc = fields.map { "%\($0)%\n\($1)\n\n" }.joined()
        entry = RepositoryEntry(
            description: try PackageDescription(parsing: Array(desc.utf8)),
            files: try FileList.known(["usr/", "usr/bin/", "usr/bin/\(name)"]))
    }

    var addition: Addition {
        Addition(untrustedDescription: entry.descBytes, untrustedFiles: entry.filesBytes, state: state)
    }

    /// The package in a re-signing, in which its list of files is known.
    var resigning: Addition { Addition(untrustedDescription: entry.descBytes, untrustedFiles: nil, state: state) }

    var identity: PackageIdentity {
        PackageIdentity(
            fileName: entry.description.fileName, size: entry.description.compressedSize,
            sha256: entry.description.sha256, desc: entry.descDigest, files: entry.filesDigest)
    }
}

/// An enclave without any effects: the core, a memory in a dictionary and a clock that is set by hand.
struct PaperEnclave {
    var distribution: Distribution
    var databases: [DatabaseLocation: RepositoryMemory] = [:]
    var claims: [Claim] = []
    var consumed: Set<SHA256Digest> = []
    var revoked: Set<SHA256Digest> = []
    var recentChanges: [RepositoryName: [RecentChanges]] = [:]
    var signatures: [StoredSignatureKey: [UInt8]] = [:]
    var now = Distribution.start

    init(_ distribution: Distribution) { self.distribution = distribution }

    static func location(_ repository: String) throws -> DatabaseLocation {
        DatabaseLocation(
            repository: try RepositoryName(parsing: repository), architecture: try Architecture(parsing: "x86_64"))
    }

    var memory: Memory {
        Memory(
            distribution: distribution.policy.digest, databases: databases, claims: claims,
            consumedStatements: consumed, packageSignatures: signatures, revoked: revoked,
            recentChanges: recentChanges,
            present: databases.flatMap { location, memory in
                memory.entries.entries.map { PresentPackage($0, at: location) }
            })
    }

    /// A job whose expected digests are those that an honest scheduler computes.
    func job(
        _ kind: JobKind = .update, in repository: String = "core", adding: [SamplePackage] = [],
        removing: [String] = [], predecessor: UInt64? = nil
    ) throws -> Job {
        let location = try Self.location(repository)
        let before = databases[location] ?? RepositoryMemory(serial: 0, entries: EntrySet(), signedAt: 0)
        var entries = before.entries
        let names = try removing.map { try PackageName(parsing: $0) }
        for name in names { entries.remove(name) }
        for package in adding where kind != .resign { entries.replace(with: package.entry) }
        return Job(
            kind: kind,
            changes: [
                RepositoryChange(
                    repository: location.repository, architecture: location.architecture,
                    predecessorSerial: predecessor ?? before.serial,
                    additions: adding.map { kind == .resign ? $0.resigning : $0.addition }, removals: names,
                    expectedDatabase: try RepositoryDatabaseWriter.encode(entries, as: .db).digest,
                    expectedFiles: try RepositoryDatabaseWriter.encode(entries, as: .files).digest)
            ], evidence: [])
    }

    func decision(_ job: Job, _ evidence: [VerifiedStatement]) -> Decision {
        JobReview(of: job, under: distribution.policy, remembering: memory, evidence: evidence, now: now).decision()
    }

    /// Decides, and remembers what was admitted.
    mutating func perform(_ job: Job, _ evidence: [VerifiedStatement]) -> [String] {
        switch decision(job, evidence) {
        case .refused(let refusals): return refusals.map(\.code)
        case .admitted(let admission):
            for plan in admission.databases {
                var entries = databases[plan.location]?.entries ?? EntrySet()
                for entry in plan.removed { entries.remove(entry.name) }
                for package in plan.admitted { entries.replace(with: package.entry) }
                let key = distribution.policy.repository(plan.location.repository)?.key
                databases[plan.location] = RepositoryMemory(
                    serial: plan.serial, entries: entries, signedAt: now, signedBy: key, signed: plan.content)
                for package in plan.admitted where package.state != nil {
                    guard let key else { continue }
                    signatures[StoredSignatureKey(sha256: package.entry.description.sha256, key: key)] = [1]
                }
                if plan.kind == .resign { continue }
                claims = claims.map { claim in
                    let isRemoved = plan.removed.contains {
                        $0.name == claim.name && $0.description.version == claim.version
                    }
                    return Claim(
                        location: claim.location, name: claim.name, version: claim.version, content: claim.content,
                        removedAt: isRemoved && claim.location == plan.location ? now : claim.removedAt)
                }
                claims += plan.admitted.map { package in
                    Claim(
                        location: plan.location, name: package.entry.name, version: package.entry.description.version,
                        content: PackageContent(of: package.entry), removedAt: nil)
                }
            }
            consumed.formUnion(admission.consumedStatements)
            for use in admission.rateUses {
                recentChanges[use.repository, default: []].append(RecentChanges(time: now, count: use.count))
            }
            return ["serial \(admission.databases.map { String($0.serial) }.joined(separator: ","))"]
        }
    }
}

extension PaperEnclave {
    static let manifest = SHA256.digest(of: Array("manifest".utf8))

    /// Two developers' source approvals and two builders' records, as a policy of the fixture wants them.
    func evidence(
        for packages: [SamplePackage], in repository: String = "core",
        developers: [String] = ["alice", "bob"], builders: [String] = Distribution.builders,
        manifest: SHA256Digest = manifest, from: UInt64? = nil, until: UInt64? = nil
    ) throws -> [VerifiedStatement] {
        let repository = try RepositoryName(parsing: repository)
        let from = from ?? now - 100, until = until ?? now + 100
        guard let first = packages.first else { return [] }
        let base = first.entry.description.base ?? first.entry.name
        let version = first.entry.description.version
        let approvals = try developers.map { id in
            try distribution.verified(
                .sourceApproval(
                    SourceApproval(
                        header: distribution.header(id, from: from, until: until), repository: repository,
                        pkgbase: base,
                        version: version, sourceManifest: manifest,
                        packages: packages.map {
                            .init(name: $0.entry.name, architecture: $0.entry.description.architecture)
                        })))
        }
        let records = try builders.map { id in
            try distribution.verified(
                .buildRecord(
                    BuildRecord(
                        header: distribution.header(id, from: from, until: until), repository: repository,
                        pkgbase: base,
                        version: version, sourceManifest: manifest, environment: SHA256.digest(of: []),
                        packages: packages.map { try .init(identity: $0.identity, state: $0.state) })))
        }
        return approvals + records
    }

    func override(
        for package: SamplePackage, by id: String, in repository: String = "core"
    ) throws -> VerifiedStatement {
        try distribution.verified(
            .versionOverride(
                VersionOverride(
                    header: distribution.header(id, from: now - 100, until: now + 100),
                    repository: RepositoryName(parsing: repository), architecture: Architecture(parsing: "x86_64"),
                    packages: [PackageArtefact(package.entry)])))
    }

    func removal(
        of package: SamplePackage, by id: String, nonceFrom from: UInt64? = nil,
        in repository: String = "core"
    ) throws -> VerifiedStatement {
        try distribution.verified(
            .removal(
                Removal(
                    header: distribution.header(id, from: from ?? now - 100, until: now + 100),
                    repository: RepositoryName(parsing: repository), architecture: Architecture(parsing: "x86_64"),
                    packages: [PackageArtefact(package.entry)])))
    }
}
