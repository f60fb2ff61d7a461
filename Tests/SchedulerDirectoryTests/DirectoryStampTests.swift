import Foundation
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("The moment that a directory is at", .timeLimit(.minutes(10)))
struct DirectoryStampTests {
    /// The stamp, once nothing changed so lately that it cannot be told.
    private func stamp(_ home: SchedulerHome) async throws -> DirectoryStamp {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if let stamp = try home.stamp() { return stamp }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw TestSupportError("the directory never came to rest")
    }

    @Test("is the same while nothing changes, and another after each change")
    func changes() async throws {
        let directory = try SchedulerFixture()
        let home = try directory.home()
        _ = try home.submit([directory.write("hello")])
        _ = try home.sign()
        let folder = directory.folder
        try FileManager.default.createDirectory(
            atPath: folder.path("repositories/core"), withIntermediateDirectories: true)
        let changes: [(String, () throws -> Void)] = [
            ("another process commits", { try directory.alter("UPDATE target SET changed = changed + 1") }),
            ("this process commits", { _ = try home.withdraw(SubmissionSelection("hello"), by: "x") }),
            ("the policy is written in place", { try rewrite(folder.path("policy.json")) }),
            ("the policy is replaced", { try replace(folder.path("policy.json")) }),
            ("mirrors are configured", { try folder.write("mirrors.json", text: "{}") }),
            ("mirrors are configured in place", { try rewrite(folder.path("mirrors.json")) }),
            ("a look at a mirror is kept", { try folder.write("mirrors/north.json", text: "{}") }),
            ("another look is kept", { try replace(folder.path("mirrors/north.json")) }),
            ("the log is longer", { try folder.write("log/range", text: "x") }),
            ("the checkpoint is another", { try folder.write("log/checkpoint", text: "x") }),
            ("a database has a generation", { try folder.write("repositories/core/x86_64", text: "x") }),
            ("it has another", { try replace(folder.path("repositories/core/x86_64")) }),
        ]
        for (name, change) in changes {
            let before = try await stamp(home)
            #expect(try await stamp(home) == before, "before \(name)")
            try change()
            #expect(try home.stamp() != before, "\(name)")
        }
    }

    /// Writes the same bytes over a file's own.
    private func rewrite(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let bytes = try file.readToEnd() ?? Data()
        try file.seek(toOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// Puts a file with the same bytes in a file's place.
    private func replace(_ path: String) throws {
        try Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    @Test("cannot be told while something has just changed")
    func unsettled() throws {
        let directory = try SchedulerFixture()
        let home = try directory.home()
        _ = try home.sign()
        let start = ContinuousClock.now
        try directory.folder.write("mirrors.json", text: "{}")
        let stamp = try home.stamp()
        // Where the machine was too busy to look in time, there is nothing to be said.
        #expect(stamp == nil || ContinuousClock.now - start > .milliseconds(80))
    }

    @Test("what is known of a file is read again once the file is another, and only then")
    func knownFile() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("file", text: "a")
        let known = KnownFile<String>()
        var reads = 0
        func value() throws(SchedulerDirectoryError) -> String {
            try known.value(of: path) { () throws(SchedulerDirectoryError) in
                reads += 1
                return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            }
        }
        #expect(try value() == "a")
        // Until the change is so old that another would show.
        let end = ContinuousClock.now + .seconds(60)
        var before = 0
        repeat {
            before = reads
            try await Task.sleep(for: .milliseconds(20))
            #expect(try value() == "a")
        } while reads > before && ContinuousClock.now < end
        #expect(reads == before)
        try Data("b".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        #expect(try value() == "b")
        try FileManager.default.removeItem(atPath: path)
        #expect(try value() == "")
    }
}
