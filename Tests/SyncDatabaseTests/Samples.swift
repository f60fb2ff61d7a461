import Foundation
import RepositoryDatabase
import TestSupport

@testable import SyncDatabase

/// Entries and databases to test with.
enum Samples {
    /// An entry that the enclave would take too.
    static func strict(name: String, version: String = "1-1", files: [UInt8]? = nil) throws -> RepositoryEntry {
        let values: [DescriptionField: [String]] = [
            .fileName: ["\(name)-\(version)-any.pkg.tar.zst"], .name: [name], .version: [version],
            .compressedSize: ["1000"], .installedSize: ["4096"], .sha256: [String(repeating: "0a", count: 32)],
            .architecture: ["any"], .buildDate: ["1560000000"], .packager: ["A <a@example.org>"],
        ]
        return RepositoryEntry(
            description: try PackageDescription(untrustedValues: values),
            files: try files.map { try FileList(parsing: $0) } ?? .unknown)
    }

    /// An entry of which nothing but the directory need be right.
    static func entry(_ directory: String, desc: String = "%NAME%\nx\n\n", files: String? = nil) throws -> SyncEntry {
        SyncEntry(
            directory: try EntryName(parsing: directory), desc: Array(desc.utf8), files: files.map { Array($0.utf8) })
    }

    /// A file list of about so many bytes, which compresses well.
    static func list(bytes: Int) -> [UInt8] {
        let lines = (0..<max(bytes / 8000, 1)).map {
            "usr/\(1_000_000 + $0)" + String(repeating: "x", count: min(bytes, 7988)) + "\n"
        }
        return Array("%FILES%\n\(lines.joined())".utf8)
    }

    /// Names of which some begin a chunk wherever they stand and the others do not.
    static func names(beginning: Int, others: Int, in kind: DatabaseKind) -> [String] {
        let all = (0...).lazy.map { "n\(String($0, radix: 36))" }
        let first = all.filter { ChunkRule.begins(atDirectory: "\($0)-1-1", in: kind) }.prefix(beginning)
        let rest = all.filter { !ChunkRule.begins(atDirectory: "\($0)-1-1", in: kind) }.prefix(others)
        return Array(first) + Array(rest)
    }

    /// Two of these names, one right after the other in the order of a database, of which neither begins a chunk.
    static func neighbours(amongNames beginning: Int, others: Int, in kind: DatabaseKind) -> [String]? {
        let sorted = names(beginning: beginning, others: others, in: kind).sorted()
        return zip(sorted, sorted.dropFirst()).map { [$0, $1] }.first { pair in
            !pair.contains { ChunkRule.begins(atDirectory: "\($0)-1-1", in: kind) }
        }
    }

    /// The bytes of the database with these entries, made from nothing.
    static func encoded(
        _ entries: [SyncEntry], as kind: DatabaseKind, compression: Compression = .gzip
    ) async throws -> Data {
        let folder = try TemporaryDirectory()
        try await DatabaseFile(emptyOf: kind).update(
            adding: entries, compression: compression, to: folder.path("new"))
        return try Data(contentsOf: URL(filePath: folder.path("new")))
    }
}
