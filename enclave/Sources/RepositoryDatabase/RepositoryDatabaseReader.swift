import ALPMTypes

/// Reads databases of the canonical form and nothing else.
public enum RepositoryDatabaseReader {
    /// The entries of a database; those of a `.db` have unknown file lists.
    ///
    /// The bytes must be what the writer makes of the entries. Where they only differ in how they are compressed, the error is
    /// `compressedByAnotherCodec`, unless `acceptingOtherCodecs` says that an auditor with another zlib may read them.
    public static func read(
        _ untrustedBytes: [UInt8], kind: DatabaseKind, acceptingOtherCodecs: Bool = false
    ) throws(RepositoryDatabaseError) -> EntrySet {
        guard untrustedBytes.count <= Limits.database else { throw .databaseTooLarge(limit: Limits.database) }
        let entries = try parseEntries(untrustedBytes)
        let set = try EntrySet(entries)
        var rest = untrustedBytes[...]
        var isOurCodec = true
        try TarChunk.forEach(of: set.entries.lazy.map(ArchivedEntry.init), kind: kind) {
            chunk throws(RepositoryDatabaseError) in
            let member = try GzipMember.decode(&rest)
            guard member.tar == chunk.tar,
                member.untrustedFirst.elementsEqual((chunk.firstDirectory ?? "").utf8)
            else {
                throw .malformed(field: "database", expected: "the canonical archive of its entries")
            }
            if !acceptingOtherCodecs, isOurCodec {
                isOurCodec = try GzipMember.encode(chunk.tar, first: chunk.firstDirectory).elementsEqual(
                    member.bytes)
            }
        }
        guard rest.isEmpty else {
            throw .malformed(field: "database", expected: "ended by the end of its archive")
        }
        guard isOurCodec else { throw .compressedByAnotherCodec }
        return set
    }

    /// What the archive contains, in any layout that could come from the writer; the comparison afterwards is exact.
    private static func parseEntries(
        _ untrustedBytes: [UInt8]
    ) throws(RepositoryDatabaseError) -> [RepositoryEntry] {
        var rest = untrustedBytes[...]
        var entries: [RepositoryEntry] = []
        var archiveLength = 0
        while !rest.isEmpty {
            let tar = try GzipMember.decode(&rest).tar
            archiveLength += tar.count
            guard archiveLength <= Limits.archive else { throw .databaseTooLarge(limit: Limits.archive) }
            var untrustedEntries = ArchivedEntryReader(tar)
            while let untrustedEntry = try untrustedEntries.next() {
                entries.append(
                    RepositoryEntry(
                        description: try PackageDescription(parsing: untrustedEntry.desc),
                        files: try untrustedEntry.files.map { bytes throws(RepositoryDatabaseError) in
                            try FileList(parsing: bytes)
                        } ?? .unknown))
            }
        }
        return entries
    }
}
