public import ALPMTypes
public import Cryptography

/// What a new serial makes of the stored members of one database.
public struct ChunkUpdate: Hashable, Sendable {
    /// A member and where it stands.
    public struct Member: Hashable, Sendable {
        /// The first directory inside; nil for the end of the archive.
        public var firstDirectory: String?
        /// The gzip member.
        public var bytes: [UInt8]

        /// Puts the parts together.
        public init(firstDirectory: String?, bytes: [UInt8]) {
            self.firstDirectory = firstDirectory
            self.bytes = bytes
        }

        fileprivate var place: [UInt8] { ChunkUpdate.place(of: firstDirectory) }
    }

    /// The first directories of the members that stay as they are stored; all others go.
    public var kept: Set<String?>
    /// The members that come.
    public var written: [Member]

    /// Puts the parts together.
    public init(kept: Set<String?>, written: [Member]) {
        self.kept = kept
        self.written = written
    }

    /// The key by which members stand in the order of their database; no directory has the byte of the end.
    fileprivate static func place(of firstDirectory: String?) -> [UInt8] {
        firstDirectory.map { Array($0.utf8) } ?? [0xff]
    }
}

/// The members of both databases of a repository, each in the order of its database.
public struct StoredChunks: Hashable, Sendable {
    /// Those of the `.db`.
    public var database: [[UInt8]]
    /// Those of the `.files`.
    public var files: [[UInt8]]
}

extension EnclaveLedger {
    /// Which of a repository's two databases.
    enum ChunkedFile: String {
        case database = "db"
        case files
    }

    /// The members of both databases as they were last signed; nil if they are lost or another codec made them.
    ///
    /// Whether they are what was signed shows in their digests, which are for the caller to compare with those of the
    /// repository.
    public func chunks(
        repository: RepositoryName, architecture: Architecture, codec: SHA256Digest
    ) throws(LedgerError) -> StoredChunks? {
        let id = try connection.rows(
            "SELECT id FROM repository WHERE name = ? AND architecture = ? AND codec = ?",
            .text(repository.text), .text(architecture.text), .blob(codec.bytes)
        ) { row in row.row(0) }.first
        guard let id else { return nil }
        let stored = StoredChunks(database: try members(of: .database, in: id), files: try members(of: .files, in: id))
        return stored.database.isEmpty && stored.files.isEmpty ? nil : stored
    }

    private func members(of file: ChunkedFile, in repository: Int64) throws(LedgerError) -> [[UInt8]] {
        try connection.rows(
            "SELECT bytes FROM chunk WHERE repository = ? AND file = ? ORDER BY place", .row(repository),
            .text(file.rawValue)
        ) { row in row.blob(0) }
    }

    /// Brings the stored members of a database to its next serial, inside the caller's transaction.
    func apply(_ update: ChunkUpdate, to file: ChunkedFile, of repository: Int64) throws(LedgerError) {
        let stored = try connection.rows(
            "SELECT place FROM chunk WHERE repository = ? AND file = ?", .row(repository), .text(file.rawValue)
        ) { row in row.blob(0) }
        let kept = Set(update.kept.map(ChunkUpdate.place))
        guard kept.isSubset(of: stored) else { throw .conflict(rule: "a chunk that stays is not stored") }
        for place in stored where !kept.contains(place) {
            try connection.run(
                "DELETE FROM chunk WHERE repository = ? AND file = ? AND place = ?", .row(repository),
                .text(file.rawValue), .blob(place))
        }
        var insertion = try connection.prepare("INSERT INTO chunk (repository, file, place, bytes) VALUES (?, ?, ?, ?)")
        for member in update.written {
            try insertion.run([.row(repository), .text(file.rawValue), .blob(member.place), .blob(member.bytes)])
        }
    }
}
