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
        try TarChunk.forEach(of: set.entries, kind: kind) { chunk throws(RepositoryDatabaseError) in
            let member = try GzipMember.decode(&rest)
            guard member.tar == chunk.tar,
                member.untrustedFirst.elementsEqual((chunk.firstDirectoryName?.text ?? "").utf8)
            else {
                throw .malformed(field: "database", expected: "the canonical archive of its entries")
            }
            if !acceptingOtherCodecs, isOurCodec {
                isOurCodec = try GzipMember.encode(chunk.tar, first: chunk.firstDirectoryName).elementsEqual(
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
            var members = TarReader(tar)
            while let untrustedDescription = try members.next() {
                let untrustedFiles = try members.nextInSameDirectory()
                entries.append(
                    RepositoryEntry(
                        description: try PackageDescription(parsing: untrustedDescription),
                        files: try untrustedFiles.map { bytes throws(RepositoryDatabaseError) in
                            try FileList(parsing: bytes)
                        } ?? .unknown))
            }
        }
        return entries
    }
}

/// Walks over the members of a chunk by type and size alone, because what else a header says is compared afterwards.
private struct TarReader {
    private var rest: ArraySlice<UInt8>

    init(_ untrustedTar: [UInt8]) { rest = untrustedTar[...] }

    /// The content of the next regular file in this or a later directory; nil at the end of the archive or chunk.
    mutating func next() throws(RepositoryDatabaseError) -> [UInt8]? {
        while let kind = nextKind() {
            let content = try take()
            if kind == .file { return content }
        }
        return nil
    }

    /// The content of the next regular file, unless another directory, the end of the archive or of the chunk comes first.
    mutating func nextInSameDirectory() throws(RepositoryDatabaseError) -> [UInt8]? {
        let position = rest
        while let kind = nextKind(), kind != .directory {
            let content = try take()
            if kind == .file { return content }
        }
        rest = position
        return nil
    }

    private func nextKind() -> TarMember.Kind? {
        guard rest.count >= TarMember.blockSize else { return nil }
        return TarMember.Kind(rawValue: rest[rest.startIndex + 156])
    }

    private mutating func take() throws(RepositoryDatabaseError) -> [UInt8] {
        let digits = rest.dropFirst(124).prefix(11)
        guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 8), size >= 0, size <= Limits.fileList
        else {
            throw .malformed(field: "tar header", expected: "that of a file of at most \(Limits.fileList) bytes")
        }
        rest = rest.dropFirst(TarMember.blockSize)
        let padded = (size + TarMember.blockSize - 1) / TarMember.blockSize * TarMember.blockSize
        guard rest.count >= padded else {
            throw .malformed(field: "tar member", expected: "as long as its header says")
        }
        defer { rest = rest.dropFirst(padded) }
        return Array(rest.prefix(size))
    }
}
