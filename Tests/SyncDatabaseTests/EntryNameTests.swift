import Testing

@testable import SyncDatabase

@Suite struct EntryNameTests {
    @Test(
        "a directory splits at its last two hyphens",
        arguments: [
            ("a-1-1", "a", "1-1"), ("a-b-1:2.0~rc1-3", "a-b", "1:2.0~rc1-3"), ("fo o-1-1", "fo o", "1-1"),
        ])
    func splits(text: String, name: String, version: String) throws {
        let entry = try EntryName(parsing: text)
        #expect(entry.name == name)
        #expect(entry.version == version)
        #expect(entry.text == text)
    }

    @Test(
        "what is no plain component, or splits into an empty part, is refused",
        arguments: ["", "a", "a-1", "-1-1", "a--1", "a-1-", "../a-1-1", ".a-1-1", "a/b-1-1", "a\n-1-1", "a-1-1\u{0}"])
    func refuses(text: String) {
        #expect(throws: SyncDatabaseError.self) { try EntryName(parsing: text) }
    }
}
