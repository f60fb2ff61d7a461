import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct DatabaseDifferenceTests {
    static func database(_ entries: [SyncEntry], _ kind: DatabaseKind = .files) async throws -> DatabaseFile {
        let folder = try TemporaryDirectory()
        return try DatabaseFile(opening: folder.write("x", await Samples.encoded(entries, as: kind)), as: kind)
    }

    @Test("packages are added, removed, upgraded, downgraded or rebuilt, and those that stay are not mentioned")
    func directions() async throws {
        let old = try ["gone-1-1", "kept-1-1", "new-1-1", "old-2-1", "same-1.0-1"].map {
            try Samples.entry($0, desc: "%URL%\na\n\n")
        }
        let new = try ["came-1-1", "kept-1-1", "new-1:0-1", "old-1-1", "same-1.0-1"].map {
            try Samples.entry($0, desc: $0 == "same-1.0-1" ? "%URL%\nb\n\n" : "%URL%\na\n\n")
        }
        let changes = try await DatabaseDifference(from: Self.database(old), to: Self.database(new)).changes
        #expect(changes.map(\.name) == ["came", "gone", "new", "old", "same"])
        #expect(changes[0] == .added(new[0]))
        #expect(changes[1] == .removed(old[0]))
        let directions = changes.dropFirst(2).map { change -> EntryDifference.Direction? in
            if case .changed(let difference) = change { difference.direction } else { nil }
        }
        #expect(directions == [.upgraded, .downgraded, .rebuilt])
        #expect(try await DatabaseDifference(from: Self.database(new), to: Self.database(new)).changes == [])
    }

    @Test("two ways to write one accented letter are two packages")
    func accents() async throws {
        let (old, new) = (try Samples.entry("e\u{301}-1-1"), try Samples.entry("\u{e9}-1-1"))
        let difference = try await DatabaseDifference(from: Self.database([old]), to: Self.database([new]))
        #expect(difference.changes == [.removed(old), .added(new)])
    }

    @Test("of several versions of a name, those that stay are left out and the others are paired")
    func severalVersions() async throws {
        let (one, two, three) = (
            try Samples.entry("a-1-1"), try Samples.entry("a-2-1"), try Samples.entry("a-3-1")
        )
        let difference = try await DatabaseDifference(
            from: Self.database([one, two]), to: Self.database([two, three]))
        #expect(difference.changes == [.changed(EntryDifference(old: one, new: three))])
        let more = try await DatabaseDifference(from: Self.database([two]), to: Self.database([one, two, three]))
        #expect(more.changes == [.added(one), .added(three)])
    }

    @Test("lists count only if both databases have them")
    func lists() async throws {
        let (old, new) = (
            try Samples.entry("a-1-1", files: "%FILES%\nusr/\nusr/x\n"),
            try Samples.entry("a-1-1", files: "%FILES%\nusr/\n")
        )
        let changes = try await DatabaseDifference(from: Self.database([old]), to: Self.database([new])).changes
        guard case .changed(let difference) = changes.first else { throw TestSupportError("no change") }
        #expect(difference.paths?.removed == ["usr/x"])
        #expect(difference.paths?.added == [])
        #expect(try await DatabaseDifference(from: Self.database([old], .db), to: Self.database([new])).changes == [])
    }

    @Test("dependencies, licences and other lines that came or went are named, in whatever order they stand")
    func fields() throws {
        let difference = EntryDifference(
            old: try Samples.entry(
                "a-1-1", desc: "%LICENSE%\nMIT\n\n%DEPENDS%\na\nb\nc\n\n%BUILDDATE%\n1\n\n%PACKAGER%\nA\n\n"),
            new: try Samples.entry("a-2-1", desc: "%DEPENDS%\nd\nc\na\n\n%BUILDDATE%\n2\n\n%PACKAGER%\nA\n\n"))
        #expect(
            difference.fieldChanges == [
                .init(field: .licenses, removed: ["MIT"], added: []),
                .init(field: .depends, removed: ["b"], added: ["d"]),
            ])
    }

    @Test(
        "a size jumps when it at least doubles or halves by 1 MiB or more",
        arguments: [
            ("1048576", "2097152", true), ("2097152", "1048576", true), ("1048576", "2097151", false),
            ("10", "1048585", false), ("10", "1048586", true), ("0", "18446744073709551615", true),
            ("x", "2097152", false), ("100000000", "150000000", false),
        ])
    func sizes(old: String, new: String, jumps: Bool) throws {
        let difference = EntryDifference(
            old: try Samples.entry("a-1-1", desc: "%ISIZE%\n\(old)\n\n"),
            new: try Samples.entry("a-2-1", desc: "%ISIZE%\n\(new)\n\n"))
        #expect(difference.sizeJumps.isEmpty != jumps)
    }
}
