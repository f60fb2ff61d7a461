import ALPMTypes
import Cryptography
import Descriptors
import EnclaveCore
import Glibc
import Policy
import Publisher
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SchedulerStore
import SigningProtocol

/// One version that the enclave admitted, as `memory.json` keeps it.
struct ClaimRecord: Codable, Hashable, Sendable {
    @AsText var name: PackageName
    @AsText var version: Version
    @AsText var sha256: SHA256Digest
    @AsText var base: PackageName
    @AsText var desc: SHA256Digest
    @AsText var files: SHA256Digest
    var removedAt: UInt64?
}

/// What the enclave remembers of one database beside its entries, as far as the scheduler has seen it.
struct MemoryRecord: Codable, Hashable, Sendable {
    /// When the generation was signed, in Unix seconds.
    var signedAt: UInt64 = 0
    /// When its signatures expire, in Unix seconds.
    var expiresAt: UInt64 = 0
    /// Every version ever admitted.
    var claims: [ClaimRecord] = []
    /// The removal statements that were used up, as hexadecimal digests.
    var consumed: [String] = []
}

/// The last signed generation of each database, below `repositories/`.
///
/// `REPOSITORY/ARCHITECTURE` is a symbolic link to the folder of a generation, so that its files change in one step.
struct GenerationStore {
    let layout: DirectoryLayout
    /// What this process knows already.
    var cache = GenerationCache()

    /// The entries and serial of the last generation; serial 0 and nothing before the first.
    func mirror(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> DatabaseMirror {
        guard let serial = try serial(repository, architecture) else {
            return DatabaseMirror(repository: repository, architecture: architecture)
        }
        let location = DatabaseLocation(repository: repository, architecture: architecture)
        if let known = cache.mirror(of: location, serial) { return known }
        let path = "\(layout.database(repository, architecture))/files"
        let bytes = try durably { try DurableFile.read(path, limit: Limits.database) }
        do throws(RepositoryDatabaseError) {
            let mirror = try DatabaseMirror(
                repository: repository, architecture: architecture, serial: serial, readingFiles: bytes)
            cache.keep(mirror)
            return mirror
        } catch {
            throw .malformed(file: path, field: "files database", expected: "the canonical form; \(error)")
        }
    }

    /// The version of every package of the last generation; none before the first.
    func versions(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> [PackageName: Version] {
        let path = "\(layout.database(repository, architecture))/db"
        guard let bytes = try durably({ try DurableFile.readIfPresent(path, limit: Limits.database) }) else {
            return [:]
        }
        do throws(RepositoryDatabaseError) {
            let set = try RepositoryDatabaseReader.read(bytes, kind: .db, acceptingOtherCodecs: true)
            return Dictionary(uniqueKeysWithValues: set.entries.map { ($0.name, $0.description.version) })
        } catch {
            throw .malformed(file: path, field: "database", expected: "the canonical form; \(error)")
        }
    }

    /// The serial of the last generation; nil before the first.
    func serial(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> UInt64? {
        let path = "\(layout.database(repository, architecture))/serial"
        guard let bytes = try durably({ try DurableFile.readIfPresent(path, limit: 64) }) else { return nil }
        guard let serial = UInt64(String(decoding: bytes.dropLast(), as: UTF8.self)), serial > 0 else {
            throw .malformed(file: path, field: "serial", expected: "a decimal number and a line feed")
        }
        return serial
    }

    /// The memory of the last generation.
    func memory(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> MemoryRecord {
        let location = DatabaseLocation(repository: repository, architecture: architecture)
        let serial = try serial(repository, architecture)
        if let serial, let known = cache.memory(of: location, serial) { return known }
        let path = "\(layout.database(repository, architecture))/memory.json"
        let memory = try RecordFile.read(MemoryRecord.self, from: path) ?? MemoryRecord()
        if let serial { cache.keep(memory, of: location, serial) }
        return memory
    }

    /// The signature of the database alone; nil before the first generation.
    func databaseSignature(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> [UInt8]? {
        let path = "\(layout.database(repository, architecture))/db.sig"
        return try durably { try DurableFile.readIfPresent(path, limit: 1 << 16) }
    }

    /// The pair of databases with their signatures; nil before the first generation.
    func databases(
        _ repository: RepositoryName, _ architecture: Architecture
    ) throws(SchedulerDirectoryError) -> SignedDatabases? {
        guard try serial(repository, architecture) != nil else { return nil }
        let folder = layout.database(repository, architecture)
        return try durably {
            try SignedDatabases(
                database: try DurableFile.read("\(folder)/db", limit: Limits.database),
                databaseSignature: try DurableFile.read("\(folder)/db.sig", limit: 1 << 16),
                files: try DurableFile.read("\(folder)/files", limit: Limits.database),
                filesSignature: try DurableFile.read("\(folder)/files.sig", limit: 1 << 16))
        }
    }

    /// Makes a generation the last one, in one step.
    func keep(
        _ mirror: DatabaseMirror, _ databases: SignedDatabases, _ memory: MemoryRecord
    ) throws(SchedulerDirectoryError) {
        let link = layout.database(mirror.repository, mirror.architecture)
        let parent = DurableFile.parent(of: link)
        let name = ".\(mirror.architecture)-\(mirror.serial)"
        let folder = "\(parent)/\(name)"
        DurableFile.removeIfPresent(folder)
        try durably {
            try DurableFile.makeDirectory(folder)
            // Nothing leads to the folder before all of it is on the disk.
            try DurableFile.writeUnseen(databases.database, to: "\(folder)/db")
            try DurableFile.writeUnseen(databases.databaseSignature, to: "\(folder)/db.sig")
            try DurableFile.writeUnseen(databases.files, to: "\(folder)/files")
            try DurableFile.writeUnseen(databases.filesSignature, to: "\(folder)/files.sig")
            try DurableFile.writeUnseen(memory.json, to: "\(folder)/memory.json")
            try DurableFile.writeUnseen(Array("\(mirror.serial)\n".utf8), to: "\(folder)/serial")
            try FileSystem.synchronizeDirectory(folder)
            try DurableFile.link(to: name, at: link)
        }
        cache.keep(mirror)
        cache.keep(memory, of: mirror.location, mirror.serial)
        let kept = [name, ".\(mirror.architecture)-\(mirror.serial - 1)"]
        for other in try durably({ try DurableFile.names(in: parent) })
        where other.hasPrefix(".\(mirror.architecture)-") && !kept.contains(other) {
            DurableFile.removeIfPresent("\(parent)/\(other)")
        }
    }
}

extension MemoryRecord {
    /// The memory after a change that was signed.
    func after(
        _ change: RepositoryChange, of before: DatabaseMirror, becoming next: DatabaseMirror,
        consuming statements: [SHA256Digest], outcome: RepositoryOutcome
    ) -> MemoryRecord {
        var memory = self
        memory.signedAt = outcome.createdAt
        memory.expiresAt = outcome.expiresAt
        for name in change.removals {
            guard let version = before.entries[name]?.description.version else { continue }
            for index in memory.claims.indices
            where memory.claims[index].name == name && memory.claims[index].version == version {
                memory.claims[index].removedAt = outcome.createdAt
            }
        }
        memory.admit(change.additions.compactMap { try? $0.entry() })
        memory.consumed += statements.map(\.hex).filter { !memory.consumed.contains($0) }
        return memory
    }

    /// Adds the versions of entries that are not known yet.
    mutating func admit(_ entries: [RepositoryEntry]) {
        let names = Set(entries.map(\.name))
        let known = Set(claims.filter { names.contains($0.name) }.map { "\($0.name)-\($0.version)" })
        for entry in entries where !known.contains(entry.directoryName.text) {
            claims.append(
                ClaimRecord(
                    name: entry.name, version: entry.description.version, sha256: entry.description.sha256,
                    base: entry.description.base ?? entry.name, desc: entry.descDigest, files: entry.filesDigest,
                    removedAt: nil))
        }
    }

    /// The claims of some names as the enclave's rules take them.
    func claims(at location: DatabaseLocation, of isNamed: (PackageName) -> Bool) -> [Claim] {
        claims.filter { isNamed($0.name) }.map { record in
            Claim(
                location: location, name: record.name, version: record.version,
                content: PackageContent(
                    sha256: record.sha256, base: record.base, descDigest: record.desc, filesDigest: record.files),
                removedAt: record.removedAt)
        }
    }
}
