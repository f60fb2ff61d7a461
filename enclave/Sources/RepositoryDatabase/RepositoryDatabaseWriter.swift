public import Cryptography

/// A database in its canonical bytes.
public struct EncodedDatabase: Hashable, Sendable {
    /// Which of the two it is.
    public let kind: DatabaseKind
    /// The gzip members in order; the last holds the end of the archive.
    public let chunks: [DatabaseChunk]

    /// The whole database, joined anew at each call.
    public var bytes: [UInt8] { chunks.flatMap(\.bytes) }

    /// The SHA-256 of the whole database.
    public var digest: SHA256Digest {
        var hash = SHA256()
        for chunk in chunks { hash.update(chunk.bytes) }
        return hash.finalize()
    }
}

/// Makes the bytes of a database from its entries alone.
public enum RepositoryDatabaseWriter {
    /// Encodes a database; the result depends on nothing but the set, the kind and the codec.
    ///
    /// `compressedChunk` may return the bytes of a chunk from an earlier database of the same codec by its `tarDigest`, which
    /// saves compressing it again; the caller vouches for them. Throws `databaseTooLarge` above `Limits.database`.
    public static func encode(
        _ set: EntrySet, as kind: DatabaseKind, reusing compressedChunk: (SHA256Digest) -> [UInt8]? = { _ in nil }
    ) throws(RepositoryDatabaseError) -> EncodedDatabase {
        var chunks: [DatabaseChunk] = []
        var length = 0
        let entries = set.entries
        try TarChunk.forEach(of: entries.lazy.map(ArchivedEntry.init), kind: kind) {
            chunk throws(RepositoryDatabaseError) in
            let digest = SHA256.digest(of: chunk.tar)
            let known = compressedChunk(digest)
            let bytes =
                if let known { known } else {
                    try GzipMember.encode(chunk.tar, first: chunk.firstDirectory)
                }
            length += bytes.count
            guard length <= Limits.database else { throw .databaseTooLarge(limit: Limits.database) }
            chunks.append(
                DatabaseChunk(
                    firstDirectoryName: chunk.entries.first.map { entries[$0].directoryName }, entries: chunk.entries,
                    tarDigest: digest,
                    tarLength: chunk.tar.count, bytes: bytes))
        }
        return EncodedDatabase(kind: kind, chunks: chunks)
    }
}
