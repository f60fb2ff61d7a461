import ALPMTypes
public import Attestation
public import Cryptography
public import RepositoryDatabase
public import SigningProtocol

/// A package that was submitted, as far as a job needs it.
public struct SubmittedPackage: Hashable, Sendable {
    /// Its entry, computed from the package itself.
    public let entry: RepositoryEntry
    /// The SHA-256 state over the package, from which the enclave signs it.
    public let state: SHA256State

    /// Joins the two.
    public init(entry: RepositoryEntry, state: SHA256State) {
        self.entry = entry
        self.state = state
    }

    var addition: Addition {
        Addition(untrustedDescription: entry.descBytes, untrustedFiles: entry.filesBytes, state: state)
    }

    /// About how many bytes it puts on the line for each architecture.
    public var byteCount: UInt64 { UInt64(entry.descBytes.count + (entry.filesBytes?.count ?? 0) + 128) }
}

extension Job {
    /// The job for a batch, on top of what is mirrored.
    ///
    /// An upgrade is an addition alone, as it replaces the entry of its name. Throws when a package of the batch is
    /// not among `packages`, or a database of it not among `mirrors`.
    public static func update(
        _ batch: Batch, packages: [SHA256Digest: SubmittedPackage], mirrors: [DatabaseMirror], evidence: [Envelope]
    ) throws(SchedulerCoreError) -> Job {
        try updating(batch, packages: packages, mirrors: mirrors, evidence: evidence).job
    }

    /// The same with what the databases become by it.
    public static func updating(
        _ batch: Batch, packages: [SHA256Digest: SubmittedPackage], mirrors: [DatabaseMirror], evidence: [Envelope]
    ) throws(SchedulerCoreError) -> (job: Job, next: [DatabaseMirror]) {
        var changes: [RepositoryChange] = []
        var next: [DatabaseMirror] = []
        for location in batch.locations {
            guard let mirror = mirrors.first(where: { $0.location == location }) else {
                throw .inconsistent(what: "\(location)", expected: "a mirrored database")
            }
            let change = try batch.change(of: mirror, packages: packages)
            changes.append(change.change)
            next.append(change.next)
        }
        return (Job(kind: .update, changes: changes, evidence: evidence), next)
    }

    /// The job that signs a database again as it is, with the next serial.
    public static func refresh(_ mirror: DatabaseMirror) throws(SchedulerCoreError) -> Job {
        Job(kind: .refresh, changes: [try mirror.change(adding: [], removing: []).change], evidence: [])
    }

    /// The job that signs packages of a database, and the database, again as they are, with the key that the policy names.
    ///
    /// Each package is its entry in the database and the SHA-256 state over the file.
    public static func resign(
        _ packages: [SubmittedPackage], in mirror: DatabaseMirror
    ) throws(SchedulerCoreError) -> Job {
        var change = try mirror.change(adding: [], removing: []).change
        change.additions = packages.map {
            Addition(untrustedDescription: $0.entry.descBytes, untrustedFiles: nil, state: $0.state)
        }
        return Job(kind: .resign, changes: [change], evidence: [])
    }

    /// The job with which a database begins from entries that exist already.
    public static func importing(
        _ entries: EntrySet, into mirror: DatabaseMirror, evidence: [Envelope]
    ) throws(SchedulerCoreError) -> Job {
        let additions = entries.entries.map {
            Addition(untrustedDescription: $0.descBytes, untrustedFiles: $0.filesBytes, state: nil)
        }
        return Job(
            kind: .repositoryImport, changes: [try mirror.change(adding: additions, removing: []).change],
            evidence: evidence)
    }
}

extension Batch {
    fileprivate func change(
        of mirror: DatabaseMirror, packages: [SHA256Digest: SubmittedPackage]
    ) throws(SchedulerCoreError) -> (change: RepositoryChange, next: DatabaseMirror) {
        var additions: [Addition] = []
        var removals: [PackageName] = []
        for change in changes where change.locations.contains(mirror.location) {
            switch change.action {
            case .remove: removals.append(change.name)
            case .add(let sha256):
                guard let package = packages[sha256] else {
                    throw .inconsistent(what: "package \(sha256)", expected: "a submitted package")
                }
                additions.append(package.addition)
            }
        }
        return try mirror.change(adding: additions, removing: removals)
    }
}

extension DatabaseMirror {
    /// A change of this database with the digests of what it becomes, and that.
    fileprivate func change(
        adding additions: [Addition], removing removals: [PackageName]
    ) throws(SchedulerCoreError) -> (change: RepositoryChange, next: DatabaseMirror) {
        var entries: [RepositoryEntry] = []
        for addition in additions { entries.append(try addition.entry()) }
        let next = try after(adding: entries, removing: removals)
        let encoded = try next.encoded()
        let change = RepositoryChange(
            repository: repository, architecture: architecture, predecessorSerial: serial, additions: additions,
            removals: removals, expectedDatabase: encoded.database.digest, expectedFiles: encoded.files.digest)
        return (change, next)
    }
}
