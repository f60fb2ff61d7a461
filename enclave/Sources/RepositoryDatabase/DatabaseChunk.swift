public import ALPMTypes
public import Cryptography

/// Which of a repository's two databases.
public enum DatabaseKind: String, CaseIterable, Hashable, Sendable {
    /// `REPOSITORY.db`, which has the `desc` entries.
    case db
    /// `REPOSITORY.files`, which has the known `files` entries too.
    case files

    /// A chunk begins where the first two bytes of a name's SHA-256, read big-endian, are below this.
    var boundary: UInt16 { self == .db ? 128 : 2048 }
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
    var firstDirectoryName: DirectoryName?
    var entries: Range<Int>
    var tar: [UInt8]

    /// Cuts the archive of sorted entries into chunks and passes each on, so that no more than one is held at a time.
    static func forEach(
        of entries: [RepositoryEntry], kind: DatabaseKind,
        _ body: (TarChunk) throws(RepositoryDatabaseError) -> Void
    ) throws(RepositoryDatabaseError) {
        var chunk = TarChunk(entries: 0..<0, tar: [])
        var archiveLength = 0
        for (position, entry) in entries.enumerated() {
            let tar = archive(entry, kind: kind)
            archiveLength += tar.count
            guard archiveLength <= Limits.archive else { throw .databaseTooLarge(limit: Limits.archive) }
            if !chunk.tar.isEmpty, begins(with: entry, kind) || chunk.tar.count + tar.count > Limits.chunk {
                try body(chunk)
                chunk = TarChunk(entries: position..<position, tar: [])
            }
            if chunk.tar.isEmpty { chunk.firstDirectoryName = entry.directoryName }
            chunk.entries = chunk.entries.lowerBound..<(position + 1)
            chunk.tar += tar
        }
        if !chunk.tar.isEmpty { try body(chunk) }
        try body(end(afterEntries: entries.count, archiveLength: archiveLength))
    }

    private static func begins(with entry: RepositoryEntry, _ kind: DatabaseKind) -> Bool {
        let digest = SHA256.digest(of: entry.name.text.utf8).bytes
        return UInt16(digest[0]) << 8 | UInt16(digest[1]) < kind.boundary
    }

    private static func archive(_ entry: RepositoryEntry, kind: DatabaseKind) -> [UInt8] {
        var tar: [UInt8] = []
        let directory = entry.directoryName.text
        TarMember.append(.directory, path: "\(directory)/", to: &tar)
        TarMember.append(.file, path: "\(directory)/desc", content: entry.descBytes, to: &tar)
        if kind == .files, let files = entry.filesBytes {
            TarMember.append(.file, path: "\(directory)/files", content: files, to: &tar)
        }
        return tar
    }

    /// At least two zero blocks, and as many more as make the archive a whole number of tar records.
    private static func end(afterEntries count: Int, archiveLength: Int) -> TarChunk {
        let record = 20 * TarMember.blockSize
        let whole = (archiveLength + 2 * TarMember.blockSize + record - 1) / record * record
        return TarChunk(entries: count..<count, tar: [UInt8](repeating: 0, count: whole - archiveLength))
    }
}
