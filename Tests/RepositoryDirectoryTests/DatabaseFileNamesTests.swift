import RepositoryDatabase
import RepositoryDirectory
import Testing

@Suite struct DatabaseFileNamesTests {
    @Test(
        "names are split as repo-add splits them",
        arguments: [
            ("extra.db.tar.gz", ".", "extra", "extra.db.tar.gz", "extra.files.tar.gz", "extra.db", "extra.files"),
            ("a/b/extra.db.tar", "a/b", "extra", "extra.db.tar", "extra.files.tar", "extra.db", "extra.files"),
            ("/x.db.tar.zst", "/", "x", "x.db.tar.zst", "x.files.tar.zst", "x.db", "x.files"),
            ("./x.db.tar.Z", ".", "x", "x.db.tar.Z", "x.files.tar.Z", "x.db", "x.files"),
            ("a.db.b.db.tar.xz", ".", "a.db.b", "a.db.b.db.tar.xz", "a.db.b.files.tar.xz", "a.db.b.db", "a.db.b.files"),
            ("a.db.tar.2.tar.gz", ".", "a", "a.db.tar.2.tar.gz", "a.files.tar.2.tar.gz", "a.db.tar.2", "a.files.tar.2"),
            (".db.tar.lz4", ".", "", ".db.tar.lz4", ".files.tar.lz4", ".db", ".files"),
            ("d.db.tar.gz/Ä .db.tar.lz", "d.db.tar.gz", "Ä ", "Ä .db.tar.lz", "Ä .files.tar.lz", "Ä .db", "Ä .files"),
        ])
    func splits(
        path: String, directory: String, prefix: String, database: String, files: String, short: String,
        shortFiles: String
    ) throws {
        let names = try DatabaseFileNames(parsing: path)
        #expect(names.directory == directory)
        #expect(names.prefix == prefix)
        #expect(names.name(of: .db) == database)
        #expect(names.name(of: .files) == files)
        #expect(names.shortName(of: .db) == short)
        #expect(names.shortName(of: .files) == shortFiles)
        #expect(names.previousName(of: .files) == "\(files).old")
    }

    @Test("the lock and the signatures lie beside the database")
    func paths() throws {
        let names = try DatabaseFileNames(parsing: "/srv/os/extra.db.tar.zst")
        #expect(names.lockPath == "/srv/os/extra.db.tar.zst.lck")
        #expect(names.signaturePath(of: .files) == "/srv/os/extra.files.tar.zst.sig")
        #expect(try DatabaseFileNames(parsing: "/extra.db.tar").lockPath == "/extra.db.tar.lck")
        #expect(names.fileExtension == "tar.zst")
    }

    @Test(
        "a name without .db.tar or with an unknown end is refused",
        arguments: [
            "", "extra", "extra.db", "extra.tar.gz", "extra.db.gz", "extra.db.tar.gz/", "extra.db.tar.gz.old",
            "extra.db.tar.br", "extra.files.tar.gz", "extra.db.tar/extra.tar.gz", "extra.db.targz",
        ])
    func refuses(path: String) {
        #expect(throws: RepositoryDirectoryError.self) { try DatabaseFileNames(parsing: path) }
    }
}
