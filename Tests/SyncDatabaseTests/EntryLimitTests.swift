import Foundation
import PackageArchive
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct EntryLimitTests {
    static func entry(desc: Int, files: Int) throws -> SyncEntry {
        SyncEntry(
            directory: try EntryName(parsing: "a-1-1"), desc: [UInt8](repeating: 0x61, count: desc),
            files: [UInt8](repeating: 0x62, count: files))
    }

    @Test(
        "the longest texts that are written can be read again, by chunks and in any compression",
        arguments: [(PackageArchive.maximumDescriptionSize, 0), (Limits.description, Limits.fileList)],
        [Compression.gzip, .uncompressed, .zstandard])
    func longest(lengths: (desc: Int, files: Int), compression: Compression) async throws {
        let entry = try Self.entry(desc: lengths.desc, files: lengths.files)
        let folder = try TemporaryDirectory()
        let path = try folder.write("x", await Samples.encoded([entry], as: .files, compression: compression))
        var entries: [SyncEntry] = []
        try DatabaseFile(opening: path, as: .files).forEachEntry { entries.append($0) }
        #expect(entries == [entry])
        #expect(try SyncDatabase(reading: path).entries == [entry])
    }

    @Test(
        "a text that no reader would take is not written",
        arguments: [
            (PackageArchive.maximumDescriptionSize + 1, 0, "desc of a-1-1", PackageArchive.maximumDescriptionSize),
            (1, Limits.fileList + 1, "files of a-1-1", Limits.fileList),
            (
                PackageArchive.maximumDescriptionSize, Limits.fileList, "the tar archive of a-1-1",
                Limits.chunkWithOneEntry
            ),
        ], [Compression.gzip, .uncompressed])
    func tooLong(
        entry: (desc: Int, files: Int, field: String, limit: Int), compression: Compression
    ) async throws {
        let refused = SyncDatabaseError.malformed(field: entry.field, expected: "at most \(entry.limit) bytes long")
        await #expect(throws: refused) {
            try await Samples.encoded(
                [Self.entry(desc: entry.desc, files: entry.files)], as: .files, compression: compression)
        }
    }
}
