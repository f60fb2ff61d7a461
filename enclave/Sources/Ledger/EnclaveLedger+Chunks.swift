public import ALPMTypes
public import Cryptography

/// Chunks of databases as one codec compressed them, by the digest of the tar bytes inside.
///
/// What stands in both databases of a repository, as the end of the archive can, is one chunk here.
public struct CompressedChunks: Hashable, Sendable {
    /// The identifier of the codec.
    public var codec: SHA256Digest
    /// The gzip members by the SHA-256 of their tar bytes.
    public var members: [SHA256Digest: [UInt8]]

    /// Puts the parts together.
    public init(codec: SHA256Digest, members: [SHA256Digest: [UInt8]]) {
        self.codec = codec
        self.members = members
    }
}

extension EnclaveLedger {
    /// The chunks of both databases as they were last signed, as far as this codec compressed them.
    ///
    /// Throws `damaged` if one is not what was written: then something else than the enclave has changed the file, and the
    /// entries are in the same file.
    public func chunks(
        repository: RepositoryName, architecture: Architecture, codec: SHA256Digest
    ) throws(LedgerError) -> CompressedChunks {
        let rows = try connection.rows(
            """
            SELECT tar_digest, chunk.digest, bytes FROM chunk JOIN repository ON repository.id = chunk.repository
            WHERE repository.name = ? AND repository.architecture = ? AND codec = ?
            """, .text(repository.text), .text(architecture.text), .blob(codec.bytes)
        ) { row throws(LedgerError) in
            let bytes = row.blob(2)
            guard SHA256.digest(of: bytes).bytes == row.blob(1) else {
                throw .damaged(finding: "a chunk of \(repository)/\(architecture) is not what was written")
            }
            return (try row.digest(0, "tar digest"), bytes)
        }
        return CompressedChunks(codec: codec, members: Dictionary(rows) { first, _ in first })
    }

    /// Makes these the chunks of a repository, writing only what it does not have, inside the caller's transaction.
    func replaceChunks(of repository: Int64, by chunks: CompressedChunks) throws(LedgerError) {
        let codec = SQLValue.blob(chunks.codec.bytes)
        try connection.run("DELETE FROM chunk WHERE repository = ? AND codec <> ?", .row(repository), codec)
        let stored = Set(
            try connection.rows("SELECT tar_digest FROM chunk WHERE repository = ?", .row(repository)) {
                row throws(LedgerError) in try row.digest(0, "tar digest")
            })
        for tarDigest in stored where chunks.members[tarDigest] == nil {
            try connection.run(
                "DELETE FROM chunk WHERE repository = ? AND tar_digest = ?", .row(repository), .blob(tarDigest.bytes))
        }
        for (tarDigest, bytes) in chunks.members where !stored.contains(tarDigest) {
            try connection.run(
                "INSERT INTO chunk (repository, tar_digest, codec, digest, bytes) VALUES (?, ?, ?, ?, ?)",
                .row(repository), .blob(tarDigest.bytes), codec, .blob(SHA256.digest(of: bytes).bytes), .blob(bytes))
        }
    }
}
