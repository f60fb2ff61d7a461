import ALPMTypes
import Cryptography
import Descriptors
import OpenPGPFormat
import RepositoryDatabase
public import RepositoryDirectory

/// What publishing one database did.
public struct PublicationReport: Hashable, Sendable {
    /// The audit of what clients now see.
    public let audit: AuditReport
    /// How many packages were copied; the others were there already, or are absent.
    public let packagesCopied: Int
    /// Whether the databases changed.
    public let isChanged: Bool
}

/// Puts signed databases and their packages where clients or a mirror's rsync find them.
public struct Publication {
    private let trust: DatabaseTrust
    private let now: UInt64
    private let audit: RepositoryAudit
    private let verifiers: TwoVerifiers

    /// Prepares to publish one database as of `now`, in Unix seconds.
    public init(trust: DatabaseTrust, now: UInt64) throws(PublisherError) {
        self.trust = trust
        self.now = now
        audit = try RepositoryAudit(trust: trust, now: now)
        verifiers = try TwoVerifiers(certificate: trust.certificate)
    }

    /// Publishes into `target/REPOSITORY/os/ARCHITECTURE`: packages with their signatures first, then the pair of
    /// databases in one step; then reads everything back.
    ///
    /// Nothing without a good signature is published, and nothing that is there is removed.
    public func publish(
        _ databases: SignedDatabases, serial: UInt64, packagesFrom packages: String, to target: String
    ) throws(PublisherError) -> PublicationReport {
        let directory = directory(below: target)
        let entries = try entries(of: databases, serial: serial)
        try publishing { try DurableFile.makeDirectory(directory) }
        var copied = 0
        for entry in entries where try publishPackage(of: entry, from: packages, to: directory) { copied += 1 }
        let isChanged = try publishing {
            let place = RepositoryDirectory(path: directory, repository: trust.repository)
            if let current = try place.current(), Self.isSame(current, databases) { return false }
            try place.publish(databases)
            try DurableFile.write(Array("\(now)\n".utf8), to: "\(target)/lastupdate")
            return true
        }
        let report = try audit.verify(directory)
        guard report.findings.isEmpty else {
            throw .publishedBadly(directory: directory, findings: report.findings)
        }
        return PublicationReport(audit: report, packagesCopied: copied, isChanged: isChanged)
    }

    /// What publishing these databases would make appear and vanish; nil if they are published already.
    public func turnover(
        of databases: SignedDatabases, in target: String
    ) throws(PublisherError) -> Turnover? {
        let place = RepositoryDirectory(path: directory(below: target), repository: trust.repository)
        let current = try publishing { try place.current() }
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

    /// The entries, after everything that will be published about them was verified.
    private func entries(
        of databases: SignedDatabases, serial: UInt64
    ) throws(PublisherError) -> [RepositoryEntry] {
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
        return try entries(in: databases.database)
    }

    private func entries(in database: [UInt8]) throws(PublisherError) -> [RepositoryEntry] {
        do {
            return try RepositoryDatabaseReader.read(database, kind: .db).entries
        } catch {
            throw .malformed(file: "\(trust.repository).db", expected: "a database of the canonical form; \(error)")
        }
    }

    /// Copies a package and its signature; false if they are there already or the package is not at hand.
    private func publishPackage(
        of entry: RepositoryEntry, from packages: String, to directory: String
    ) throws(PublisherError) -> Bool {
        let name = entry.description.fileName.text
        let (source, target) = ("\(packages)/\(name)", "\(directory)/\(name)")
        guard DurableFile.exists(source) else { return false }
        let limit = SignaturePacket.maximumByteCount
        guard let signature = try publishing({ try DurableFile.readIfPresent("\(source).sig", limit: limit) }) else {
            throw .unsigned(file: name, reason: "missing")
        }
        let state = try publishing { try DurableFile.state(of: source) }
        guard state.digest() == entry.description.sha256 else { throw .anotherPackage(file: name) }
        if let problem = try verifiers.verify(signature, overFile: source, state: state, at: now).problem {
            throw .unsigned(file: name, reason: problem)
        }
        return try publishing {
            let isThere =
                try DurableFile.readIfPresent("\(target).sig", limit: limit) == signature
                && DurableFile.exists(target) && DurableFile.state(of: target) == state
            if isThere { return false }
            guard try DurableFile.copy(source, to: target) == entry.description.sha256 else {
                throw PublisherError.anotherPackage(file: name)
            }
            try DurableFile.write(signature, to: "\(target).sig")
            return true
        }
    }
}
