import Attestation
import Cryptography
import EnclaveCore
import Ledger
import OpenPGPFormat
import Policy
import RepositoryDatabase
import SigningProtocol
import TransparencyLog

extension JobOutcome {
    /// What the scheduler is told of a finished job.
    init(_ signed: SignedJob, plan: SigningPlan, checkpointNote: [UInt8]) {
        var packages: [PackageSignature] = []
        var seen = Set<PackageSignature>()
        for database in signed.databases {
            for (package, signature) in zip(database.plan.admitted, database.packageSignatures)
            where package.state != nil {
                let packageSignature = PackageSignature(
                    fileName: package.entry.description.fileName, signature: signature)
                if seen.insert(packageSignature).inserted { packages.append(packageSignature) }
            }
        }
        self.init(
            jobHash: plan.jobHash,
            repositories: signed.databases.map { database in
                RepositoryOutcome(
                    repository: database.plan.location.repository, architecture: database.plan.location.architecture,
                    serial: database.plan.serial, database: database.plan.content.database.digest,
                    files: database.plan.content.filesDatabase.digest, databaseSignature: database.databaseSignature,
                    filesSignature: database.filesSignature, createdAt: plan.time, expiresAt: database.expires)
            },
            packageSignatures: packages, firstLeafIndex: plan.firstLeafIndex, leaves: signed.leaves,
            checkpointNote: checkpointNote)
    }
}

extension JobCommit {
    /// Everything that a finished job leaves in the ledger.
    init(_ signed: SignedJob, plan: SigningPlan, outcome: JobOutcome) {
        self.init(
            job: plan.jobHash, outcome: outcome.encoded, updates: signed.databases.map(RepositoryUpdate.init),
            packageSignatures: signed.databases.flatMap { database in
                zip(database.plan.admitted, database.packageSignatures).compactMap { package, signature in
                    guard package.state != nil else { return nil }
                    return PackageSignatureRecord(
                        packageDigest: package.entry.description.sha256, key: database.key.bytes,
                        fileName: package.entry.description.fileName, bytes: signature)
                }
            },
            consumedStatements: plan.admission.consumedStatements,
            rates: plan.admission.rateUses.map {
                RateCommit(
                    repository: $0.repository, ordinary: $0.count.ordinary, urgent: $0.count.urgent,
                    seconds: $0.seconds)
            },
            log: LogAppend(
                firstPosition: plan.firstLeafIndex, leaves: signed.leaves, checkpoint: outcome.checkpointNote),
            time: plan.time)
    }
}

extension LogAppend {
    /// The leaves with their hashes.
    init(firstPosition: UInt64, leaves: [[UInt8]], checkpoint: [UInt8]) {
        self.init(
            firstPosition: firstPosition, leaves: leaves.map { LogLeaf(bytes: $0, hash: MerkleTree.leafHash($0)) },
            checkpoint: checkpoint)
    }
}

extension RepositoryUpdate {
    fileprivate init(_ signed: SignedJob.Database) {
        let plan = signed.plan
        self.init(
            repository: plan.location.repository, architecture: plan.location.architecture, serial: plan.serial,
            databaseDigest: plan.content.database.digest, filesDigest: plan.content.filesDatabase.digest,
            entrySet: plan.content.listing.digest, codec: Codec.identifier, key: signed.key.bytes,
            databaseChunks: ChunkUpdate(from: plan.before?.database, to: plan.content.database),
            filesChunks: ChunkUpdate(from: plan.before?.filesDatabase, to: plan.content.filesDatabase),
            removals: plan.removed.map(\.name),
            admissions: (plan.kind == .resign ? [] : plan.admitted).map { package in
                let content = PackageContent(of: package.entry)
                return AdmittedEntry(
                    claim: IdentityClaim(
                        name: package.entry.name, version: package.entry.description.version,
                        packageDigest: content.sha256, base: content.base, descriptionDigest: content.descDigest,
                        filesDigest: package.entry.filesBytes == nil ? nil : content.filesDigest),
                    entry: StoredEntry(description: package.entry.descBytes, files: package.entry.filesBytes))
            })
    }
}

extension ChunkUpdate {
    /// Keeps what was copied and writes the rest; of nothing before, everything.
    fileprivate init(from before: EncodedDatabase?, to after: EncodedDatabase) {
        let stored = Dictionary((before?.chunks ?? []).map { ($0.firstDirectory, $0) }) { first, _ in first }
        func isStored(_ chunk: DatabaseChunk) -> Bool { stored[chunk.firstDirectory] == chunk }
        self.init(
            kept: Set(after.chunks.filter(isStored).map(\.firstDirectory)),
            written: after.chunks.filter { !isStored($0) }.map {
                Member(firstDirectory: $0.firstDirectory, bytes: $0.bytes)
            })
    }
}
