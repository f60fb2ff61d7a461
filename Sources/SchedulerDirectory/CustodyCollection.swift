import ALPMTypes
import Attestation
import Cryptography
import Custody
import EnclaveCore
import Policy
import Publisher
import SchedulerStore
import SigningProtocol
import TransparencyLog

/// Gathers the records of one package's way out of a scheduler's directory; what the directory lacks is left out.
struct CustodyCollection {
    let layout: DirectoryLayout
    let store: SchedulerStore
    private let logs: LogStore
    private let index: LogIndex
    private let note: SignedNote
    private let byteLimit: Int
    private var records = CustodyRecords()
    /// The jobs that were looked at, by their hashes.
    private var jobs: [SHA256Digest: KeptJob] = [:]
    /// How many more bytes may be held.
    private var room: Int

    /// Nil before the first checkpoint.
    ///
    /// What is read of jobs and kept as records has at most `byteLimit` bytes.
    init?(
        _ layout: DirectoryLayout, _ store: SchedulerStore, byteLimit: Int
    ) throws(SchedulerDirectoryError) {
        self.byteLimit = byteLimit
        room = byteLimit
        self.layout = layout
        self.store = store
        logs = LogStore(layout: layout)
        guard let bytes = try durably({ try DurableFile.readIfPresent(layout.checkpoint, limit: 1 << 16) }) else {
            return nil
        }
        let size: UInt64
        do throws(TransparencyLogError) {
            note = try SignedNote(parsing: bytes)
            size = try Checkpoint(parsing: note.text).size
        } catch {
            throw .malformed(file: layout.checkpoint, field: "checkpoint", expected: "a signed note; \(error)")
        }
        // Its leaves were written before it was.
        index = try logs.index(of: size)
    }

    /// The records of a package; nil if no leaf of the log is about it.
    consuming func records(of package: SHA256Digest) throws(SchedulerDirectoryError) -> CustodyRecords? {
        var leaves = index.leaves(about: package)
        var isAdmitted = false
        for leaf in leaves where !isAdmitted { isAdmitted = try matter(leaf).kind == "admission" }
        if !isAdmitted {
            for leaf in index.leaves(of: .imported) {
                guard let hash = try matter(leaf).job else { continue }
                let before = room
                if try job(hash).fileName(of: package) != nil {
                    leaves.append(leaf)
                } else {
                    (jobs[hash], room) = (nil, before)
                }
            }
        }
        guard !leaves.isEmpty else { return nil }
        var versions: Set<UInt64> = [1]
        // The newest one tells which keys were revoked since.
        if let newest = index.leaves(of: .policy).last, case let bytes = try logs.leaf(newest),
            case .policy(let version, _)? = try? LoggedEvent(parsing: bytes)
        {
            versions.insert(version)
        }
        for leaf in leaves.sorted() {
            if let version = try addStep(leaf, of: package) { versions.insert(version) }
        }
        try addPolicies(versions)
        let submission = try durably { try store.submission(package) }
        let name = submission?.fileName ?? jobs.values.lazy.compactMap { $0.fileName(of: package) }.first
        records[CustodyRecords.package] = Array("\(package)  \(name?.text ?? "package")\n".utf8)
        return records
    }

    /// Adds a leaf about the package with all that it names; the version of the policy that was in force.
    private mutating func addStep(
        _ leaf: UInt64, of package: SHA256Digest
    ) throws(SchedulerDirectoryError) -> UInt64? {
        let bytes = try add(leaf: leaf)
        let matter = try matter(leaf)
        // A revocation is a motion's and no job's.
        var job: KeptJob?
        if let hash = matter.job { job = try self.job(hash) }
        for digest in matter.evidence {
            var kept = job?.evidence[digest]
            if kept == nil { kept = try durably { try store.envelope(digest) } }
            guard let envelope = kept else { continue }
            try add(envelope.dsseBytes, as: CustodyRecords.evidence(digest))
            try addBuildInfo(of: envelope)
        }
        guard let hash = matter.job, let job, let event = try? LoggedEvent(parsing: bytes) else { return nil }
        if let demand = job.demand { records[CustodyRecords.job(hash)] = demand.encoded }
        switch event {
        case .admission(_, let digest), .signature(_, _, let digest): try addSignature(digest, from: job, of: package)
        default: break
        }
        return try addDatabase(after: leaf, matter, from: job)
    }

    /// Adds the leaf of the database that a step's job signed, with both signatures.
    private mutating func addDatabase(
        after leaf: UInt64, _ step: LeafMatter, from job: KeptJob
    ) throws(SchedulerDirectoryError) -> UInt64? {
        var position = leaf + 1
        while position < index.size, case let matter = try matter(position), matter.job == step.job {
            guard matter.kind == "database", matter.location == step.location,
                case let bytes = try logs.leaf(position),
                case .database(_, let database)? = try? LoggedEvent(parsing: bytes)
            else {
                position += 1
                continue
            }
            _ = try add(leaf: position)
            for digest in [database.databaseSignature, database.filesSignature] {
                records[CustodyRecords.signature(digest)] = job.signatures[digest]
            }
            for content in [database.database, database.filesDatabase] {
                records[CustodyRecords.state(content)] = job.states[content]
            }
            return database.policyVersion
        }
        return nil
    }

    private mutating func addSignature(
        _ digest: SHA256Digest, from job: KeptJob, of package: SHA256Digest
    ) throws(SchedulerDirectoryError) {
        var packet = job.signatures[digest]
        if packet == nil, let name = job.fileName(of: package) {
            let path = "\(layout.package(name)).sig"
            packet = try durably { try DurableFile.readIfPresent(path, limit: 1 << 16) }
        }
        if let packet, SHA256.digest(of: packet) == digest { records[CustodyRecords.signature(digest)] = packet }
    }

    /// Adds the `.BUILDINFO` that a build record binds, which is in one of the packages of the build.
    private mutating func addBuildInfo(of envelope: Envelope) throws(SchedulerDirectoryError) {
        let limit = EvidenceStore.maximumEnvelope
        guard case .buildRecord(let record)? = try? Statement(parsing: envelope.payload, maximumBytes: limit) else {
            return
        }
        for package in record.packages {
            let path = layout.buildInfo(package.identity.sha256)
            guard let bytes = try durably({ try DurableFile.readIfPresent(path, limit: 64 << 20) }),
                SHA256.digest(of: bytes) == record.environment
            else { continue }
            try add(bytes, as: CustodyRecords.buildInfo(record.environment))
        }
    }

    private mutating func addPolicies(_ versions: Set<UInt64>) throws(SchedulerDirectoryError) {
        for leaf in index.leaves(of: .policy) {
            let entry = try logs.leaf(leaf)
            guard case .policy(let version, let digest)? = try? LoggedEvent(parsing: entry),
                versions.contains(version)
            else { continue }
            _ = try add(leaf: leaf)
            let path = layout.policy(version)
            guard let bytes = try durably({ try DurableFile.readIfPresent(path, limit: 8 << 20) }),
                SHA256.digest(of: bytes) == digest
            else { continue }
            try add(bytes, as: CustodyRecords.policy(version))
        }
    }

    private mutating func add(leaf: UInt64) throws(SchedulerDirectoryError) -> [UInt8] {
        let bytes = try logs.leaf(leaf)
        try add(bytes, as: CustodyRecords.leaf(leaf))
        try add(
            TransparencyProof(index: leaf, hashes: index.proof(of: leaf), note: note).bytes,
            as: CustodyRecords.proof(leaf))
        return bytes
    }

    private mutating func add(_ bytes: [UInt8], as name: String) throws(SchedulerDirectoryError) {
        if records[name] == nil { try take(bytes.count) }
        records[name] = bytes
    }

    /// Counts bytes; what a job's records have was counted with the job.
    private mutating func take(_ byteCount: Int) throws(SchedulerDirectoryError) {
        guard byteCount <= room else { throw .recordsTooLarge(byteLimit: byteLimit) }
        room -= byteCount
    }

    private func matter(_ leaf: UInt64) throws(SchedulerDirectoryError) -> LeafMatter {
        let bytes = try logs.leaf(leaf)
        do throws(AttestationError) {
            return try LeafMatter(parsing: bytes)
        } catch {
            throw .malformed(file: layout.leaf(leaf), field: "leaf", expected: "a leaf of the log; \(error)")
        }
    }

    private mutating func job(_ hash: SHA256Digest) throws(SchedulerDirectoryError) -> KeptJob {
        if let known = jobs[hash] { return known }
        try take(JobStore(layout: layout, store: store).byteCount(of: hash))
        let job = try KeptJob(hash, in: layout, store)
        jobs[hash] = job
        return job
    }
}
