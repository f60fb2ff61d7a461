import Foundation
import TestSupport
import Testing

/// What the stock repo-add writes for packages, by directory.
struct StockEntries {
    private let folder: TemporaryDirectory

    /// Adds the packages to a new database with the repo-add that is installed, and unpacks the files database.
    init(adding packages: [String]) throws {
        folder = try TemporaryDirectory()
        let database = folder.path("t.db.tar.gz")
        let added = try Tool(["repo-add", "-q", database] + packages).run(environment: ["LC_ALL": "C.UTF-8"])
        try #require(added.status == 0, "\(added.complaint)")
        let unpacked = try Tool("bsdtar", "-xf", folder.path("t.files.tar.gz"), "-C", folder.path).run()
        try #require(unpacked.status == 0, "\(unpacked.complaint)")
    }

    /// The bytes of `desc` in a directory.
    func desc(_ directory: String) throws -> [UInt8] { try member("desc", of: directory) }

    /// The bytes of `files` in a directory.
    func files(_ directory: String) throws -> [UInt8] { try member("files", of: directory) }

    /// `desc` as repo-add 7.1 would have written it without `--include-sigs`.
    func descv2(_ directory: String) throws -> [UInt8] {
        // Latin-1 takes every byte for a character, as the entry need not be UTF-8.
        let text = try #require(String(bytes: desc(directory), encoding: .isoLatin1))
        let blocks = text.components(separatedBy: "\n\n")
        let kept = blocks.filter { !$0.hasPrefix("%MD5SUM%\n") && !$0.hasPrefix("%PGPSIG%\n") }
        return try Array(#require(kept.joined(separator: "\n\n").data(using: .isoLatin1)))
    }

    private func member(_ name: String, of directory: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: folder.path("\(directory)/\(name)"))))
    }
}
