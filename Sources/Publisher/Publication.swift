import ALPMTypes
import Cryptography
import Descriptors
import OpenPGPFormat
public import RepositoryDatabase
public import RepositoryDirectory

/// What publishing one database did.
public struct PublicationReport: Hashable, Sendable {
    /// The audit of what clients now see, if one was wanted.
    public let audit: AuditReport?
    /// How many packages the database's folder did not have so before; the others were there already, or are absent.
    public let packagesCopied: Int
    /// Whether the databases changed.
    public let isChanged: Bool
}

/// Puts signed databases and their packages where clients or a mirror's rsync find them.
public struct Publication {
    private let trust: DatabaseTrust
    private let now: UInt64
    private let known: GoodSignatures
    private let verifiers: TwoVerifiers

    /// Prepares to publish one database as of `now`, in Unix seconds.
    ///
    /// What gpg found good according to `known` is not given to it again.
    public init(trust: DatabaseTrust, now: UInt64, knowing known: GoodSignatures = GoodSignatures()) {
        self.trust = trust
        self.now = now
        self.known = known
        verifiers = TwoVerifiers(certificate: trust.certificate, reading: .message, knowing: known)
    }

    /// Publishes into `target/REPOSITORY/os/ARCHITECTURE`: packages with their signatures first, which lie in
    /// `target/pool/packages` and are links here, then the pair of databases in one step; then reads back what it wrote.
    ///
    /// Nothing without a good signature is published, and nothing that is there is removed. A package that was verified
    /// and copied earlier, and has not changed since, is not read again. Read back are the bytes of the databases and what
    /// was put there of packages; if it is `auditing`, a `RepositoryAudit` also reads the databases as a client does who
    /// knows nothing. Whoever knows already what the database has may give its entries.
    public func publish(
        _ databases: SignedDatabases, entries known: [RepositoryEntry]? = nil, serial: UInt64,
        packagesFrom packages: String, to target: String, auditing: Bool = true
    ) throws(PublisherError) -> PublicationReport {
        let directory = directory(below: target)
        let pool = PackagePool(target: target)
        try verify(databases, serial: serial)
        let entries = if let known { known } else { try entries(in: databases.database) }
        for folder in [directory, pool.path] { try publishing { try DurableFile.makeDirectory(folder) } }
        let atHand = Set(try publishing { try DurableFile.names(in: packages) })
        var published: [RepositoryEntry] = []
        for entry in entries where atHand.contains(entry.description.fileName.text) {
            if try publishPackage(of: entry, from: packages, through: pool, into: directory) { published.append(entry) }
        }
        if !published.isEmpty { try publishing { try FileSystem.synchronizeDirectory(directory) } }
        let isSame = try isPublished(databases, in: target)
        try publishing {
            let place = RepositoryDirectory(path: directory, repository: trust.repository)
            let note = ChangeNote(below: target)
            if !isSame { try note.around { try place.publish(databases) } }
            try note.catchUp(with: DurableFile.changeTime(of: place.currentLink))
        }
        let audit = try readBack(databases, published, in: directory, auditing: auditing)
        return PublicationReport(audit: audit, packagesCopied: published.count, isChanged: !isSame)
    }

    /// Reads what clients now see; throws if it is not what was verified.
    private func readBack(
        _ databases: SignedDatabases, _ published: [RepositoryEntry], in directory: String, auditing: Bool
    ) throws(PublisherError) -> AuditReport? {
        let packages = PackageAudit(verifiers: verifiers, readers: .both, now: now)
        var findings = try ReadBack(trust: trust, packages: packages).findings(
            of: databases, and: published, in: directory)
        var report: AuditReport?
        if auditing, findings.isEmpty {
            let audit = RepositoryAudit(trust: trust, now: now, knowing: known)
            let audited = try audit.verify(directory) { _ in false }
            findings = audited.findings
            report = audited
        }
        guard findings.isEmpty else { throw .publishedBadly(directory: directory, findings: findings) }
        return report
    }

    /// Whether these databases are what is published.
    public func isPublished(_ databases: SignedDatabases, in target: String) throws(PublisherError) -> Bool {
        // Another signature tells as much as all bytes.
        guard try isSigned(databases.databaseSignature, in: target) else { return false }
        return try current(in: target).map { Self.isSame($0, databases) } ?? false
    }

    /// Whether the database that is published has this signature.
    public func isSigned(_ signature: [UInt8], in target: String) throws(PublisherError) -> Bool {
        try PublishedTree(target).databaseSignature(of: trust.repository, trust.architecture) == signature
    }

    private func current(in target: String) throws(PublisherError) -> CurrentDatabases? {
        let place = RepositoryDirectory(path: directory(below: target), repository: trust.repository)
        return try publishing { try place.current() }
    }

    /// What publishing these databases would make appear and vanish; nil if they are published already.
    public func turnover(
        of databases: SignedDatabases, in target: String
    ) throws(PublisherError) -> Turnover? {
        let current = try current(in: target)
        if let current, Self.isSame(current, databases) { return nil }
        // What another tool or codec made tells clients as much.
        let before = current.flatMap {
            try? RepositoryDatabaseReader.read($0.database, kind: .db, acceptingOtherCodecs: true)
        }
        return Turnover(
            architecture: trust.architecture, before: Set(before?.entries.map(\.name) ?? []),
            after: Set(try entries(in: databases.database).map(\.name)))
    }

    private static func isSame(_ current: CurrentDatabases, _ databases: SignedDatabases) -> Bool {
        current.database == databases.database && current.databaseSignature == databases.databaseSignature
            && current.files == databases.files && current.filesSignature == databases.filesSignature
    }

    private func directory(below target: String) -> String {
        "\(target)/\(trust.repository)/os/\(trust.architecture)"
    }

    /// Verifies both signatures by both readers.
    private func verify(_ databases: SignedDatabases, serial: UInt64) throws(PublisherError) {
        let parts = [
            ("\(trust.repository).db", databases.database, databases.databaseSignature),
            ("\(trust.repository).files", databases.files, databases.filesSignature),
        ]
        for (name, bytes, signature) in parts {
            if let problem = try verifiers.verify(signature, over: bytes, at: now).problem {
                throw .unsigned(file: name, reason: problem)
            }
            let problems = try publishing {
                trust.problems(in: try SignaturePacket(parsing: signature), serial: serial)
            }
            if let problem = problems.first { throw .unsigned(file: name, reason: "not for it: \(problem)") }
        }
    }

    private func entries(in database: [UInt8]) throws(PublisherError) -> [RepositoryEntry] {
        do {
            return try RepositoryDatabaseReader.read(database, kind: .db).entries
        } catch {
            throw .malformed(file: "\(trust.repository).db", expected: "a database of the canonical form; \(error)")
        }
    }

    /// Publishes a package and its signature; false if they are there already.
    private func publishPackage(
        of entry: RepositoryEntry, from packages: String, through pool: PackagePool, into directory: String
    ) throws(PublisherError) -> Bool {
        let name = entry.description.fileName.text
        let (source, signatureName) = ("\(packages)/\(name)", "\(name).sig")
        let isInPool = try publishing {
            try pool.hasCopy(of: source, as: name) && pool.hasCopy(of: "\(source).sig", as: signatureName)
                && FileStatus(of: source)?.size == entry.description.compressedSize
        }
        if isInPool {
            let isLinked = try publishing {
                try pool.isLinked(name, in: directory) && pool.isLinked(signatureName, in: directory)
            }
            if isLinked { return false }
        } else {
            try takePackage(of: entry, from: source, into: pool)
        }
        try publishing {
            try pool.link(signatureName, in: directory)
            try pool.link(name, in: directory)
        }
        return true
    }

    /// Verifies a package and its signature, and copies both into the pool.
    private func takePackage(
        of entry: RepositoryEntry, from source: String, into pool: PackagePool
    ) throws(PublisherError) {
        let name = entry.description.fileName.text
        let limit = SignaturePacket.maximumByteCount
        guard let signature = try publishing({ try DurableFile.readIfPresent("\(source).sig", limit: limit) }) else {
            throw .unsigned(file: name, reason: "missing")
        }
        let state = try publishing { try DurableFile.state(of: source) }
        guard state.digest() == entry.description.sha256 else { throw .anotherPackage(file: name) }
        if let problem = try verifiers.verify(signature, overFile: source, state: state, at: now).problem {
            throw .unsigned(file: name, reason: problem)
        }
        try publishing {
            guard try pool.take(source, as: name, expecting: entry.description.sha256),
                try pool.take("\(source).sig", as: "\(name).sig", expecting: SHA256.digest(of: signature))
            else { throw PublisherError.anotherPackage(file: name) }
        }
    }
}
