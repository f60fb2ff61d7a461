import ALPMTypes
import PackageArchive
import RepositoryDatabase
import RepositoryDirectory
import SchedulerCore
import SchedulerSamples
import TestSupport
import Testing

@testable import SchedulerDirectory

@Suite("A package that the repository has already") struct FoundTests {
    let fixture: SchedulerFixture

    /// A directory whose database was signed with one package, as an import leaves it: nobody submitted the package.
    init() throws {
        fixture = try SchedulerFixture()
        let contents = try PackageArchive.read(try fixture.write("a"))
        var entries = EntrySet()
        try entries.add(
            RepositoryEntry(
                description: PackageDescription(parsing: contents.stockDescription()),
                files: FileList(parsing: contents.stockFileList())))
        let mirror = DatabaseMirror(
            repository: try RepositoryName(parsing: "core"), architecture: try Architecture(parsing: "x86_64"),
            serial: 7, entries: entries)
        let encoded = try mirror.encoded()
        _ = try fixture.home().sign()
        try GenerationStore(layout: DirectoryLayout(root: fixture.folder.path)).keep(
            mirror,
            SignedDatabases(
                database: encoded.database.bytes, databaseSignature: [0], files: encoded.files.bytes,
                filesSignature: [0]), MemoryRecord())
    }

    private func submit(_ package: String) throws {
        var paths = [package]
        for name in ["alice", "bob"] {
            paths.append(try fixture.write(fixture.approval(of: package, by: name), as: name))
        }
        _ = try fixture.home().submit(paths)
    }

    @Test("is told so at once, and the enclave is not asked for it") func found() throws {
        try submit(try fixture.write("a"))
        #expect(try fixture.home().sign().submissions.map(\.state) == [.published(serial: 7)])
        #expect(try fixture.events().contains("a-1.0-1: core/x86_64 has it already, serial 7"))
        #expect(try !fixture.events().contains("job "))
        _ = try fixture.home().sign()
        #expect(try fixture.home().status().submissions.map(\.state) == [.published(serial: 7)])
    }

    @Test(
        "under this name and version with another content, or in another version, is none",
        arguments: zip(["1.0-1", "2.0-1"], ["other", "content"]))
    func other(version: String, content: String) throws {
        try submit(try fixture.write("a", version, content: content))
        // There is no enclave to ask, and another content is known to be none that it admits.
        _ = try? fixture.home().sign()
        #expect(try fixture.home().status().submissions.allSatisfy { $0.state.name != "published" })
        #expect(try !fixture.events().contains("has it already"))
    }
}
