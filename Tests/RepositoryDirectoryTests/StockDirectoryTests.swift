import ALPMTypes
import Foundation
import TestSupport
import Testing

@testable import RepositoryDirectory

/// Directories that stock repo-add made, or that it changed behind Reposeal's back.
@Suite struct StockDirectoryTests {
    let folder: TemporaryDirectory
    let directory: RepositoryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        directory = RepositoryDirectory(path: folder.path, repository: try RepositoryName(parsing: "extra"))
    }

    func bytes(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: folder.path(name)))) }

    func repoAdd(_ database: String = "extra.db.tar.gz", _ package: String = "foo2") throws {
        let file = RepositoryRoot.fixture("golden-packages/packages/\(package).pkg.tar.gz")
        let result = try Tool("repo-add", folder.path(database), file).run()
        try #require(result.status == 0, "\(result.complaint)")
    }

    @Test("what stock repo-add made is read, and becomes the previous generation", arguments: ["gz", "xz"])
    func converts(compression: String) throws {
        try repoAdd("extra.db.tar.\(compression)")
        try repoAdd("extra.db.tar.\(compression)", "plain")
        let (database, files) = (try bytes("extra.db"), try bytes("extra.files"))
        let found = try #require(try directory.current())
        #expect(
            found == CurrentDatabases(database: database, databaseSignature: nil, files: files, filesSignature: nil))
        try directory.publish(.numbered(1))
        #expect(try bytes("extra.db") == Array("db 1".utf8))
        #expect(try bytes("extra.db.sig") == Array("db sig 1".utf8))
        #expect(try bytes("extra.db.tar.gz.old") == database)
        #expect(try bytes("extra.files.tar.gz.old") == files)
        #expect(try Files.kind(folder.path("extra.db.tar.gz.old.sig")) == .nothing)
        #expect(try Files.target(ofLink: folder.path("extra.db")) == "extra.db.tar.gz")
    }

    @Test("a database that stock repo-add put over a link is what clients see, and is converted again")
    func stockAfterReposeal() throws {
        try directory.publish(.numbered(1))
        try DirectoryChanges().removeIfPresent(folder.path("extra.db.tar.gz"))
        try folder.write("extra.db.tar.gz", text: "stock")
        #expect(try directory.current()?.database == Array("stock".utf8))
        try directory.publish(.numbered(2))
        #expect(try bytes("extra.db") == Array("db 2".utf8))
        #expect(try bytes("extra.db.tar.gz.old") == Array("stock".utf8))
    }

    @Test(
        "a directory under a public name is refused before anything changes",
        arguments: ["extra.db", "extra.files.tar.gz", "extra.db.tar.gz.old"])
    func directoryInTheWay(name: String) throws {
        try directory.publish(.numbered(1))
        try DirectoryChanges().removeIfPresent(folder.path(name))
        let before = try Files.names(folder.path)
        try folder.write("\(name)/file", text: "x")
        #expect(throws: RepositoryDirectoryError.refused(field: folder.path(name), expected: "a file or a link")) {
            try directory.publish(.numbered(2))
        }
        #expect(FileManager.default.fileExists(atPath: folder.path("\(name)/file")))
        #expect(try Set(Files.names(folder.path)) == Set(before + [name]))
        #expect(try Files.names(directory.names.store) == ["1", "current"])
    }
}
