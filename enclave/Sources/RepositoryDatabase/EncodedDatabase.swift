public import Cryptography

/// A database in its canonical bytes.
public struct EncodedDatabase: Hashable, Sendable {
    /// Which of the two it is.
    public let kind: DatabaseKind
    /// The gzip members in order; the last holds the end of the archive.
    public let chunks: [DatabaseChunk]
    /// SHA-256 after each chunk, from which an update goes on behind those that it leaves.
    let states: [SHA256State]
    /// SHA-256 after the whole database, from which it is signed.
    public let state: SHA256State

    init(_ kind: DatabaseKind, _ chunks: [DatabaseChunk], _ states: [SHA256State]) {
        self.kind = kind
        self.chunks = chunks
        self.states = states
        state = states.last ?? SHA256().exportState()
    }

    /// Takes a database that was made before, in its members; throws unless together they are the bytes of this digest.
    ///
    /// What the members say of themselves is as trustworthy as the digest, and nothing else is believed of them.
    public init(
        untrustedMembers: [[UInt8]], kind: DatabaseKind, digest: SHA256Digest
    ) throws(RepositoryDatabaseError) {
        var hash = SHA256()
        var states: [SHA256State] = []
        for member in untrustedMembers {
            hash.update(member)
            states.append(hash.exportState())
        }
        guard hash.finalize() == digest else {
            throw .malformed(field: "database", expected: "the bytes of its digest")
        }
        var chunks: [DatabaseChunk] = []
        for member in untrustedMembers { chunks.append(try DatabaseChunk(untrustedMember: member)) }
        guard chunks.firstIndex(where: { $0.firstDirectory == nil }) == chunks.count - 1 else {
            throw .malformed(field: "database", expected: "ended by the end of its archive")
        }
        self.init(kind, chunks, states)
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
    private var states: [SHA256State] = []
    private var hash = SHA256()
    private var length = 0
    private var archiveLength = 0

    init(_ kind: DatabaseKind) { self.kind = kind }

    /// Adds a chunk of entries; throws when archive or database become too large.
    ///
    /// The state is that of SHA-256 after it, where that is known from a database which is the same up to here.
    mutating func add(_ chunk: DatabaseChunk, state: SHA256State? = nil) throws(RepositoryDatabaseError) {
        archiveLength += chunk.tarLength
        guard archiveLength <= Limits.archive else { throw .databaseTooLarge(limit: Limits.archive) }
        try append(chunk, state)
    }

    /// The database, with the end of its archive.
    mutating func finish() throws(RepositoryDatabaseError) -> EncodedDatabase {
        try append(DatabaseChunk(.end(afterArchive: archiveLength)), nil)
        return EncodedDatabase(kind, chunks, states)
    }

    private mutating func append(_ chunk: DatabaseChunk, _ state: SHA256State?) throws(RepositoryDatabaseError) {
        length += chunk.bytes.count
        guard length <= Limits.database else { throw .databaseTooLarge(limit: Limits.database) }
        if let state { hash = SHA256(state: state) } else { hash.update(chunk.bytes) }
        chunks.append(chunk)
        states.append(hash.exportState())
    }
}
