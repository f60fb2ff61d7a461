public import Cryptography

/// A database in its canonical bytes.
public struct EncodedDatabase: Hashable, Sendable {
    /// Which of the two it is.
    public let kind: DatabaseKind
    /// The gzip members in order; the last holds the end of the archive.
    public let chunks: [DatabaseChunk]
    /// SHA-256 after the whole database, from which it is signed.
    public let state: SHA256State

    init(_ kind: DatabaseKind, _ chunks: [DatabaseChunk], _ state: SHA256State) {
        self.kind = kind
        self.chunks = chunks
        self.state = state
    }

    /// Takes a database that was made before, in its members; throws unless together they are the bytes of this digest.
    ///
    /// What the members say of themselves is as trustworthy as the digest, and nothing else is believed of them.
    public init(
        untrustedMembers: [[UInt8]], kind: DatabaseKind, digest: SHA256Digest
    ) throws(RepositoryDatabaseError) {
        var hash = SHA256()
        for member in untrustedMembers { hash.update(member) }
        let state = hash.exportState()
        guard state.digest() == digest else {
            throw .malformed(field: "database", expected: "the bytes of its digest")
        }
        var chunks: [DatabaseChunk] = []
        for member in untrustedMembers { chunks.append(try DatabaseChunk(untrustedMember: member)) }
        guard chunks.firstIndex(where: { $0.firstDirectory == nil }) == chunks.count - 1 else {
            throw .malformed(field: "database", expected: "ended by the end of its archive")
        }
        self.init(kind, chunks, state)
    }

    /// The whole database, joined anew at each call.
    public var bytes: [UInt8] { chunks.flatMap(\.bytes) }

    /// The SHA-256 of the whole database.
    public var digest: SHA256Digest { state.digest() }
}

/// A database in the making: chunk after chunk, hashed as they come.
struct DatabaseAssembly {
    private let kind: DatabaseKind
    private var chunks: [DatabaseChunk] = []
    private var hash = SHA256()
    private var length = 0
    private var archiveLength = 0

    init(_ kind: DatabaseKind) { self.kind = kind }

    /// Adds a chunk of entries; throws when archive or database become too large.
    mutating func add(_ chunk: DatabaseChunk) throws(RepositoryDatabaseError) {
        archiveLength += chunk.tarLength
        guard archiveLength <= Limits.archive else { throw .databaseTooLarge(limit: Limits.archive) }
        try append(chunk)
    }

    /// The database, with the end of its archive.
    mutating func finish() throws(RepositoryDatabaseError) -> EncodedDatabase {
        try append(DatabaseChunk(.end(afterArchive: archiveLength)))
        return EncodedDatabase(kind, chunks, hash.exportState())
    }

    private mutating func append(_ chunk: DatabaseChunk) throws(RepositoryDatabaseError) {
        length += chunk.bytes.count
        guard length <= Limits.database else { throw .databaseTooLarge(limit: Limits.database) }
        hash.update(chunk.bytes)
        chunks.append(chunk)
    }
}
