import Foundation
import PackageArchive
import RepositoryDirectory
import SyncDatabase
import TestSupport
import Testing

@testable import RepositoryUpdate

/// Whole updates of real files, beside stock repo-add.
@Suite struct HistoryTests {
    private static let names = ["a", "a-b", "ab", "b", "c+", "lib.c"]
    private static let versions = ["1-1", "2-1", "1:0.1-1", "10-1.1"]

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Makes a package and returns its path.
    private func package(_ name: String, _ version: String) throws -> String {
        var tar = TarBuilder()
        tar.add(".PKGINFO", "pkgname = \(name)\npkgver = \(version)\narch = any\ndepend = glibc\n")
        tar.add("usr/share/\(name)/\(version)", "x")
        return try directory.write("\(name)-\(version)-any.pkg.tar", tar.finished)
    }

    private func update(_ database: String, _ change: (inout UpdateSettings) -> Void = { _ in }) throws
        -> RepositoryUpdate
    {
        var settings = UpdateSettings()
        settings.profile = .v6_0
        change(&settings)
        return RepositoryUpdate(of: try DatabaseFileNames(parsing: directory.path(database)), settings) { _ in }
    }

    private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: directory.path(name))) }

    /// Does eight random steps with both tools, and returns the versions that are left.
    private func randomHistory(_ random: inout SplitMix64) async throws -> [String: String] {
        var present: [String: String] = [:]
        for _ in 0..<8 {
            let removable = present.keys.sorted()
            guard removable.isEmpty || Int.random(in: 0..<4, using: &random) > 0 else {
                let name = removable[Int.random(in: removable.indices, using: &random)]
                present[name] = nil
                _ = try await update("ours.db.tar.gz").remove([name])
                try #require(
                    Tool("/usr/bin/repo-remove", "-q", directory.path("stock.db.tar.gz"), name).run().status == 0)
                continue
            }
            var paths: [String] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let name = Self.names[Int.random(in: Self.names.indices, using: &random)]
                let version = Self.versions[Int.random(in: Self.versions.indices, using: &random)]
                present[name] = version
                paths.append(try package(name, version))
            }
            _ = try await update("ours.db.tar.gz").add(paths)
            let stock = try Tool(["/usr/bin/repo-add", "-q", directory.path("stock.db.tar.gz")] + paths).run()
            try #require(stock.status == 0, "\(stock.complaint)")
        }
        return present
    }

    @Test("after any history the entries are those of stock repo-add, in the bytes that one call would have made")
    func histories() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<4 {
            let present = try await randomHistory(&random)
            let paths = try present.map { try package($0.key, $0.value) }.shuffled(using: &random)
            _ = try await update("fresh.db.tar.gz").add(paths)
            for kind in ["db", "files"] {
                #expect(
                    try SyncDatabase(reading: directory.path("ours.\(kind)"))
                        == SyncDatabase(reading: directory.path("stock.\(kind)")), "seed \(seed)")
                #expect(try bytes("ours.\(kind)") == bytes("fresh.\(kind)"), "seed \(seed)")
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) {
                try FileManager.default.removeItem(atPath: directory.path(name))
            }
        }
    }

    @Test("packages are added to what stock repo-add began, and all of its entries stay as they are")
    func takeover() async throws {
        let stock = try Tool(
            "/usr/bin/repo-add", "-q", directory.path("x.db.tar.xz"), try package("a", "1-1"), try package("b", "1-1")
        ).run()
        #expect(stock.status == 0)
        let before = try SyncDatabase(reading: directory.path("x.files"))
        let outcome = try await update("x.db.tar.xz") { $0.profile = .descv2 }.add([try package("c+", "1-1")])
        #expect(outcome.isPublished)
        let after = try SyncDatabase(reading: directory.path("x.files"))
        #expect(after.entries.filter { $0.directory.name != "c+" } == before.entries)
        #expect(after.entries.count == 3)
    }

    @Test("a file list that is missing is made with the next package, without those of the others")
    func missingFiles() async throws {
        _ = try await update("x.db.tar.gz").add([try package("a", "1-1")])
        for name in ["x.files", "x.files.tar.gz"] { try FileManager.default.removeItem(atPath: directory.path(name)) }
        _ = try await update("x.db.tar.gz").add([try package("b", "1-1")])
        #expect(try SyncDatabase(reading: directory.path("x.db")).entries.map(\.directory.name) == ["a", "b"])
        #expect(try SyncDatabase(reading: directory.path("x.files")).entries.map(\.directory.name) == ["b"])
    }

    @Test("the same entries are not published again, and the generation before stays what it was")
    func unchanged() async throws {
        let (old, new) = (try package("a", "1-1"), try package("a", "2-1"))
        for path in [old, new] { #expect(try await update("x.db.tar.gz").add([path]).isPublished) }
        #expect(try await update("x.db.tar.gz").add([new]).isPublished == false)
        #expect(try await update("x.db.tar.gz").add([old, new]).isPublished == false)
        #expect(try SyncDatabase(reading: directory.path("x.db.tar.gz.old")).entries.map(\.directory.text) == ["a-1-1"])
    }

    @Test("links without the generations behind them are an error, and nothing changes")
    func lostGenerations() async throws {
        _ = try await update("x.db.tar.gz").add([try package("a", "1-1")])
        try FileManager.default.removeItem(atPath: directory.path(".reposeal"))
        let package = try package("b", "1-1")
        await #expect(throws: RepositoryUpdateError.self) { try await update("x.db.tar.gz").add([package]) }
        await #expect(throws: RepositoryUpdateError.self) { try await update("x.db.tar.gz").remove(["a"]) }
        #expect(!FileManager.default.fileExists(atPath: directory.path(".reposeal")))
    }

    @Test("signatures are dropped even where no entry changes")
    func dropsSignatures() async throws {
        let package = try package("a", "1-1")
        _ = try await update("x.db.tar.gz").add([package])
        for kind in ["db", "files"] { try directory.write("x.\(kind).tar.gz.sig", text: "signature") }
        let outcome = try await update("x.db.tar.gz") { $0.dropsSignatures = true }.add([package])
        #expect(outcome.isPublished)
        #expect(!FileManager.default.fileExists(atPath: directory.path("x.db.tar.gz.sig")))
        #expect(try await update("x.db.tar.gz") { $0.dropsSignatures = true }.add([package]).isPublished == false)
    }

    @Test("a database that lost the entries of its companion is told of", arguments: ["db", "files"])
    func tellsOfEmpty(kind: String) async throws {
        _ = try await update("x.db.tar.gz").add([try package("a", "1-1")])
        for name in ["x.\(kind)", "x.\(kind).tar.gz"] {
            try FileManager.default.removeItem(atPath: directory.path(name))
        }
        try directory.write("x.\(kind).tar.gz", text: "")
        let (events, event) = AsyncStream.makeStream(of: UpdateEvent.self)
        let names = try DatabaseFileNames(parsing: directory.path("x.db.tar.gz"))
        _ = try await RepositoryUpdate(of: names, UpdateSettings()) { event.yield($0) }.add([try package("b", "1-1")])
        event.finish()
        let companion = kind == "db" ? "files" : "db"
        let told = await events.contains(.findsEmpty(file: "x.\(kind).tar.gz", beside: "x.\(companion).tar.gz"))
        #expect(told)
    }
}
