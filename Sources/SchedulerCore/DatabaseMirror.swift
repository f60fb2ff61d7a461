public import ALPMTypes
import Cryptography
public import EnclaveCore
public import RepositoryDatabase
public import SigningProtocol

/// The scheduler's copy of what the enclave remembers of one database.
public struct DatabaseMirror: Hashable, Sendable {
    /// Both databases of one serial.
    private struct Pair: Hashable {
        let database: EncodedDatabase
        let files: EncodedDatabase
    }

    /// The repository.
    public let repository: RepositoryName
    /// The architecture of the database, never `any`.
    public let architecture: Architecture
    /// The serial last signed; 0 before the first.
    public let serial: UInt64
    /// The entries at that serial; where both databases are known, those from before may lack their file lists.
    public let entries: EntrySet
    /// The same entries in the order of a database, which the set would sort anew each time.
    public let orderedEntries: [RepositoryEntry]
    /// Both databases, if they need not be made of all entries.
    private let known: Pair?

    /// Mirrors one database by all of its entries.
    public init(
        repository: RepositoryName, architecture: Architecture, serial: UInt64 = 0, entries: EntrySet = EntrySet()
    ) {
        self.init(repository, architecture, serial, entries, entries.entries, nil)
    }

    /// Mirrors one database by the bytes of its `.files`; throws unless they are canonical.
    ///
    /// File lists, the most of a large repository, are only kept in these bytes.
    public init(
        repository: RepositoryName, architecture: Architecture, serial: UInt64, readingFiles untrustedBytes: [UInt8]
    ) throws(RepositoryDatabaseError) {
        let set = try RepositoryDatabaseReader.read(untrustedBytes, kind: .files)
        let ordered = set.entries.map { RepositoryEntry(description: $0.description, files: .unknown) }
        let thin = try EntrySet(ordered)
        let pair = Pair(
            database: try RepositoryDatabaseWriter.encode(thin, as: .db),
            files: try EncodedDatabase(canonicalBytes: untrustedBytes, kind: .files))
        self.init(repository, architecture, serial, thin, ordered, pair)
    }

    private init(
        _ repository: RepositoryName, _ architecture: Architecture, _ serial: UInt64, _ entries: EntrySet,
        _ orderedEntries: [RepositoryEntry], _ known: Pair?
    ) {
        self.repository = repository
        self.architecture = architecture
        self.serial = serial
        self.entries = entries
        self.orderedEntries = orderedEntries
        self.known = known
    }

    /// The database.
    public var location: DatabaseLocation { DatabaseLocation(repository: repository, architecture: architecture) }

    /// Whether both databases are known, so that the next serial costs what its change does.
    public var isEncoded: Bool { known != nil }

    /// Both databases as the enclave's rules take them; nil if they would have to be made of all entries.
    var content: DatabaseContent? {
        known.map {
            DatabaseContent(database: $0.database, filesDatabase: $0.files, listing: EntryListing(entries))
        }
    }

    /// The bytes of both databases at this serial, the same as the enclave computes.
    public func encoded() throws(SchedulerCoreError) -> (database: EncodedDatabase, files: EncodedDatabase) {
        if let known { return (known.database, known.files) }
        return try encoding { () throws(RepositoryDatabaseError) in
            (
                try RepositoryDatabaseWriter.encode(entries, as: .db),
                try RepositoryDatabaseWriter.encode(entries, as: .files)
            )
        }
    }

    /// The next serial, after entries were put in (each replaces the one of its name) and names were taken out.
    public func after(
        adding additions: [RepositoryEntry], removing removals: [PackageName]
    ) throws(SchedulerCoreError) -> DatabaseMirror {
        var next = entries
        for name in removals where next.remove(name) == nil {
            throw .inconsistent(what: "removal of \(name)", expected: "a package in \(repository)/\(architecture)")
        }
        for entry in additions { next.replace(with: entry) }
        let changed = Set(removals + additions.map(\.name))
        let gone = changed.compactMap { entries[$0]?.directoryName }
        let come = changed.compactMap { next[$0] }
        let pair = try known.map { (pair) throws(SchedulerCoreError) in
            try encoding { () throws(RepositoryDatabaseError) in
                Pair(
                    database: try pair.database.updated(removing: gone, adding: come),
                    files: try pair.files.updated(removing: gone, adding: come))
            }
        }
        let ordered = Self.ordered(orderedEntries, removing: gone, adding: come)
        return DatabaseMirror(repository, architecture, serial + 1, next, ordered, pair)
    }

    /// Entries in the order of a database after a change of some of them.
    private static func ordered(
        _ entries: [RepositoryEntry], removing removed: [DirectoryName], adding added: [RepositoryEntry]
    ) -> [RepositoryEntry] {
        var next = entries
        for name in removed { next.remove(at: next.position(of: name)) }
        for entry in added { next.insert(entry, at: next.position(of: entry.directoryName)) }
        return next
    }

    private func encoding<Value>(
        _ make: () throws(RepositoryDatabaseError) -> Value
    ) throws(SchedulerCoreError) -> Value {
        do throws(RepositoryDatabaseError) {
            return try make()
        } catch {
            throw .database(reason: "\(error)")
        }
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

extension [RepositoryEntry] {
    /// Where an entry of this name is, or would have to be; the entries are in the order of a database.
    fileprivate func position(of name: DirectoryName) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].directoryName < name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension EncodedDatabase {
    /// Takes bytes apart that the strict reader read before.
    fileprivate init(canonicalBytes bytes: [UInt8], kind: DatabaseKind) throws(RepositoryDatabaseError) {
        var members: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let member = rest.prefix(try GzipMember.Header(parsing: rest).memberLength)
            members.append(Array(member))
            rest = rest.dropFirst(member.count)
        }
        try self.init(untrustedMembers: members, kind: kind, digest: SHA256.digest(of: bytes))
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
