public import ALPMTypes
public import EnclaveCore
public import RepositoryDatabase
public import SigningProtocol

/// The scheduler's copy of what the enclave remembers of one database.
public struct DatabaseMirror: Hashable, Sendable {
    /// The repository.
    public let repository: RepositoryName
    /// The architecture of the database, never `any`.
    public let architecture: Architecture
    /// The serial last signed; 0 before the first.
    public let serial: UInt64
    /// The entries at that serial.
    public let entries: EntrySet

    /// Mirrors one database.
    public init(
        repository: RepositoryName, architecture: Architecture, serial: UInt64 = 0, entries: EntrySet = EntrySet()
    ) {
        self.repository = repository
        self.architecture = architecture
        self.serial = serial
        self.entries = entries
    }

    /// The database.
    public var location: DatabaseLocation { DatabaseLocation(repository: repository, architecture: architecture) }

    /// The bytes of both databases at this serial, the same as the enclave computes.
    public func encoded() throws(SchedulerCoreError) -> (database: EncodedDatabase, files: EncodedDatabase) {
        do throws(RepositoryDatabaseError) {
            return (
                try RepositoryDatabaseWriter.encode(entries, as: .db),
                try RepositoryDatabaseWriter.encode(entries, as: .files)
            )
        } catch {
            throw .database(reason: "\(error)")
        }
    }

    /// The next serial, after entries were put in (each replaces the one of its name) and names were taken out.
    public func after(
        adding additions: [RepositoryEntry], removing removals: [PackageName]
    ) throws(SchedulerCoreError) -> DatabaseMirror {
        var entries = entries
        for name in removals where entries.remove(name) == nil {
            throw .inconsistent(what: "removal of \(name)", expected: "a package in \(repository)/\(architecture)")
        }
        for entry in additions { entries.replace(with: entry) }
        return DatabaseMirror(
            repository: repository, architecture: architecture, serial: serial + 1, entries: entries)
    }

    /// The next serial, after a change that a job states.
    public func after(_ change: RepositoryChange) throws(SchedulerCoreError) -> DatabaseMirror {
        guard change.repository == repository, change.architecture == architecture,
            change.predecessorSerial == serial
        else {
            throw .inconsistent(
                what: "change of \(change.repository)/\(change.architecture) after serial \(change.predecessorSerial)",
                expected: "one of \(repository)/\(architecture) after serial \(serial)")
        }
        var additions: [RepositoryEntry] = []
        for addition in change.additions { additions.append(try addition.entry()) }
        return try after(adding: additions, removing: change.removals)
    }
}

extension Addition {
    /// The entry that the addition states.
    public func entry() throws(SchedulerCoreError) -> RepositoryEntry {
        do throws(RepositoryDatabaseError) {
            let files = try untrustedFiles.map { (bytes) throws(RepositoryDatabaseError) in
                try FileList(parsing: bytes)
            }
            return RepositoryEntry(
                description: try PackageDescription(parsing: untrustedDescription), files: files ?? .unknown)
        } catch {
            throw .database(reason: "\(error)")
        }
    }
}
