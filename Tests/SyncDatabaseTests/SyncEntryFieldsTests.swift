import RepositoryDatabase
import Testing

@testable import SyncDatabase

@Suite struct SyncEntryFieldsTests {
    static func fields(_ desc: String) throws -> [SyncEntry.Field] {
        SyncEntry(directory: try EntryName(parsing: "a-1-1"), desc: Array(desc.utf8), files: nil).fields
    }

    @Test(
        "fields are read as libalpm reads them",
        arguments: [
            ("", []), ("junk\n\n", []), ("%NAME%", [("NAME", [])]),
            ("%NAME%\nfoo\n\n%VERSION%\n1-1\n\n", [("NAME", ["foo"]), ("VERSION", ["1-1"])]),
            ("%NAME%\nfoo\nbar\n%VERSION%\n1-1\n", [("NAME", ["foo"]), ("VERSION", ["1-1"])]),
            ("%NAME%\n%VERSION%\n", [("NAME", ["%VERSION%"])]),
            ("%DEPENDS%\na\nb", [("DEPENDS", ["a", "b"])]),
            ("%DEPENDS%\na\n%NAME%\nb\n\n", [("DEPENDS", ["a", "%NAME%", "b"])]),
            ("%DEPENDS%\na\n\nb\n", [("DEPENDS", ["a"])]),
            ("%ODD%\nx\n%NAME%\nfoo\n", [("ODD", ["x"]), ("NAME", ["foo"])]),
            ("%%\n%NAME%\nfoo\n", [("NAME", ["foo"])]),
        ] as [(String, [(String, [String])])])
    func libalpm(desc: String, expected: [(String, [String])]) throws {
        #expect(try Self.fields(desc).map(\.name) == expected.map(\.0))
        #expect(try Self.fields(desc).map(\.values) == expected.map(\.1))
    }

    @Test("the last of repeated single values counts, and repeated lists add up")
    func repeated() throws {
        let fields = try Self.fields("%NAME%\na\n\n%DEPENDS%\nx\n\n%NAME%\nb\n\n%DEPENDS%\ny\n\n")
        #expect(fields[.name] == ["b"])
        #expect(fields[.depends] == ["x", "y"])
        #expect(fields[.url] == [])
    }
}
