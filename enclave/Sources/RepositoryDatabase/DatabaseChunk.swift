/// Which of a repository's two databases.
public enum DatabaseKind: String, CaseIterable, Hashable, Sendable {
    /// `REPOSITORY.db`, which has the `desc` entries.
    case db
    /// `REPOSITORY.files`, which has the known `files` entries too.
    case files

    /// A chunk begins where the first two bytes of a name's SHA-256, read big-endian, are below this.
    var boundary: UInt16 { self == .db ? 128 : 5120 }
}

/// One gzip member of a database.
public struct DatabaseChunk: Hashable, Sendable {
    /// The directory of the first entry; nil for the member that holds the end of the archive.
    public let firstDirectory: String?
    /// How many tar bytes are inside.
    public let tarLength: Int
    /// The compressed member.
    public let bytes: [UInt8]

    init(_ chunk: TarChunk) throws(RepositoryDatabaseError) {
        firstDirectory = chunk.firstDirectory
        tarLength = chunk.tar.count
        bytes = try GzipMember.encode(chunk.tar, first: chunk.firstDirectory)
    }

    /// A member that was made before, by what its header and its trailer say.
    init(untrustedMember: [UInt8]) throws(RepositoryDatabaseError) {
        let header = try GzipMember.Header(parsing: untrustedMember[...])
        guard header.memberLength == untrustedMember.count,
            let first = String(validating: header.untrustedFirst, as: UTF8.self)
        else { throw .malformed(field: "chunk", expected: "one gzip member") }
        firstDirectory = first.isEmpty ? nil : first
        tarLength = try GzipMember.tarLength(inTrailer: untrustedMember.suffix(GzipMember.trailerLength))
        bytes = untrustedMember
    }
}

/// The tar bytes of a chunk before compression.
struct TarChunk {
    var firstDirectory: String?
    var tar: [UInt8] = []

    /// Cuts the members of sorted entries, before which nothing or another chunk stands, and passes each chunk on, so that no
    /// more than one is held at a time.
    static func cut(
        _ entries: some Sequence<ArchivedEntry>, kind: DatabaseKind,
        _ body: (TarChunk) throws(RepositoryDatabaseError) -> Void
    ) throws(RepositoryDatabaseError) {
        var chunk = TarChunk()
        for entry in entries {
            let tar = entry.tar(in: kind)
            if !chunk.tar.isEmpty,
                ChunkRule.begins(atDirectory: entry.directory, in: kind)
                    || ChunkRule.overflows(chunk.tar.count, adding: tar.count)
            {
                try body(chunk)
                chunk = TarChunk()
            }
            if chunk.tar.isEmpty { chunk.firstDirectory = entry.directory }
            chunk.tar += tar
        }
        if !chunk.tar.isEmpty { try body(chunk) }
    }

    /// Cuts the whole archive of sorted entries, its end included.
    static func forEach(
        of entries: some Sequence<ArchivedEntry>, kind: DatabaseKind,
        _ body: (TarChunk) throws(RepositoryDatabaseError) -> Void
    ) throws(RepositoryDatabaseError) {
        var archiveLength = 0
        try cut(entries, kind: kind) { chunk throws(RepositoryDatabaseError) in
            archiveLength += chunk.tar.count
            guard archiveLength <= Limits.archive else { throw .databaseTooLarge(limit: Limits.archive) }
            try body(chunk)
        }
        try body(end(afterArchive: archiveLength))
    }

    /// The zero bytes after the last entry.
    static func end(afterArchive length: Int) -> TarChunk {
        TarChunk(tar: [UInt8](repeating: 0, count: ChunkRule.endLength(afterArchive: length)))
    }
}
