import Foundation
import TestSupport
import Testing

/// The real program, killed before each of its changes on the disk, one after the other.
@Suite("Killed before each change")
struct KillSweepTests {
    /// The calls by which something on the disk changes or becomes durable, each as an expression for strace(1).
    static let calls = ["mkdir", "symlink", "link", "rename", "unlink", "rmdir", "fsync", "f?chmod", "utimens"]

    /// What is there before.
    enum Start: CaseIterable {
        case nothing, signed, stockSigned

        func make(in repository: KilledRepository) throws {
            let packages = try ["ash", "birch"].map { try repository.package($0, "1-1") }
            let words: [String] =
                switch self {
                case .nothing: ["true"]
                case .signed: [KilledRepository.reposeal, "database", "add", "--sign"]
                case .stockSigned: ["repo-add", "-s"]
                }
            for package in packages {
                try #require(try repository.run(words + [repository.database, package]) == .exited(0))
            }
        }
    }

    @Test(
        "killed before any change on the disk, the old pair or the new one is there, and the next run ends the work",
        arguments: Start.allCases)
    func sweep(start: Start) throws {
        let original = try KilledRepository()
        try start.make(in: original)
        var killed = 0
        for call in Self.calls {
            var number = 1
            while try isKilled(before: call, number, in: KilledRepository(copying: original), start) { number += 1 }
            killed += number - 1
        }
        #expect(killed > 20)
    }

    /// Whether the program came as far as that call, after which everything must be as it should.
    private func isKilled(
        before call: String, _ number: Int, in repository: KilledRepository, _ start: Start
    ) throws -> Bool {
        let before = start == .nothing ? nil : try repository.content()
        let add = [
            KilledRepository.reposeal, "database", "add", "--drop-signatures", repository.database,
            try repository.package("birch", "2-1"), try repository.package("cedar", "1-1"),
        ]
        var after = KilledRepository.Content(versions: before?.versions ?? [:])
        after.versions["birch"] = "2-1"
        after.versions["cedar"] = "1-1"
        // strace(1) sends the signal on entering the call, so that the call is not made.
        let ending = try repository.run(
            [
                "strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=/^\(call)",
                "-e", "inject=/^\(call):signal=SIGKILL:when=\(number)",
            ] + add)
        let comment = Comment(rawValue: "\(start), killed before \(call) \(number)")
        let found = try? repository.content()
        #expect(found == after || (found == before && ending == .killed), comment)
        repository.removeLock()
        #expect(try repository.run(add) == .exited(0), comment)
        #expect(try repository.content() == after, comment)
        #expect(try repository.leftovers() == [], comment)
        return ending == .killed
    }
}
