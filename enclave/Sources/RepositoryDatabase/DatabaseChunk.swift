public import ALPMTypes
public import Cryptography

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
    /// The first entry's directory; nil for the member that holds the end of the archive.
    public let firstDirectoryName: DirectoryName?
    /// The positions of the entries among all of the database.
    public let entries: Range<Int>
    /// The SHA-256 of the tar bytes inside; with the codec it determines `bytes`.
    public let tarDigest: SHA256Digest
    /// How many tar bytes are inside.
    public let tarLength: Int
    /// The compressed member.
    public let bytes: [UInt8]
}

/// The tar bytes of a chunk before compression.
struct TarChunk {
    var firstDirectory: String?
    var entries: Range<Int>
    var tar: [UInt8]

    /// Cuts the archive of sorted entries into chunks and passes each on, so that no more than one is held at a time.
    static func forEach(
        of entries: some Sequence<ArchivedEntry>, kind: DatabaseKind,
        _ body: (TarChunk) throws(RepositoryDatabaseError) -> Void
    ) throws(RepositoryDatabaseError) {
        var chunk = TarChunk(entries: 0..<0, tar: [])
        var archiveLength = 0
        for entry in entries {
            let position = chunk.entries.upperBound
            let tar = entry.tar(in: kind)
            archiveLength += tar.count
            guard archiveLength <= Limits.archive else { throw .databaseTooLarge(limit: Limits.archive) }
            if !chunk.tar.isEmpty,
                ChunkRule.begins(atDirectory: entry.directory, in: kind)
                    || ChunkRule.overflows(chunk.tar.count, adding: tar.count)
            {
                try body(chunk)
                chunk = TarChunk(entries: position..<position, tar: [])
            }
            if chunk.tar.isEmpty { chunk.firstDirectory = entry.directory }
            chunk.entries = chunk.entries.lowerBound..<(position + 1)
            chunk.tar += tar
        }
        if !chunk.tar.isEmpty { try body(chunk) }
        let count = chunk.entries.upperBound
        let end = [UInt8](repeating: 0, count: ChunkRule.endLength(afterArchive: archiveLength))
        try body(TarChunk(entries: count..<count, tar: end))
    }
}
