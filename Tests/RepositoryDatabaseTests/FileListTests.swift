import RepositoryDatabase
import Testing

struct FileListTests {
    @Test("a list is the header and sorted lines without a blank one")
    func encoding() throws {
        let list = try FileList.known([
            "usr/share/é", "usr/", "usr/bin/a b", "usr/bin/", "usr/", "usr/.hidden", "usr/bin/desc",
        ])
        let text = "%FILES%\nusr/\nusr/.hidden\nusr/bin/\nusr/bin/a b\nusr/bin/desc\nusr/share/é\n"
        #expect(list.bytes == Array(text.utf8))
        #expect(list.paths == text.split(separator: "\n").dropFirst().map(String.init))
        #expect(try FileList(parsing: Array(text.utf8)) == list)
    }

    @Test("an empty list is known, and is not the unknown list")
    func empty() throws {
        let list = try FileList(parsing: Array("%FILES%\n".utf8))
        #expect(list.paths == [])
        #expect(list == (try FileList.known([])))
        #expect(list != .unknown)
        #expect(FileList.unknown.paths == nil)
    }

    @Test(
        "names at the top that only look like a database's are taken",
        arguments: ["desc", "desc/", "x/desc/", "x/desc2", "x/y/desc"])
    func harmless(_ path: String) throws {
        #expect(try FileList.known([path]).paths == [path])
    }

    static let relative = "files is not made of relative paths without empty, . or .. components"
    static let controls = "files is not free of control characters and bidirectional marks"
    static let dots = "files is not free of names at the top that begin with a dot"
    static let database = "files is not free of paths that a database has: */desc, */files and */depends"
    static let order = "files is not in strictly ascending byte order"
    static let length = "files is not 1 to 8192 bytes long on each line"

    @Test(
        "a damaged list is refused with what was expected",
        arguments: [
            ("", "files is not ended by a line feed"),
            ("%FILES%", "files is not ended by a line feed"),
            ("%FILES%\nusr", "files is not ended by a line feed"),
            ("%NAMES%\n", "files is not begun by the line %FILES%"),
            ("\n%FILES%\n", "files is not begun by the line %FILES%"),
            ("usr/\n", "files is not begun by the line %FILES%"),
            ("%FILES%\n\n", length),
            ("%FILES%\nusr/\n\n", length),
            ("%FILES%\n" + String(repeating: "x", count: 8193) + "\n", length),
            ("%FILES%\nb\na\n", order),
            ("%FILES%\na\na\n", order),
            ("%FILES%\nusr/z\nusr/é\nusr/a\n", order),
            ("%FILES%\n/\n", relative), ("%FILES%\n/usr\n", relative), ("%FILES%\nusr//\n", relative),
            ("%FILES%\nusr//bin\n", relative), ("%FILES%\n.\n", relative), ("%FILES%\n./\n", relative),
            ("%FILES%\n./usr\n", relative), ("%FILES%\n..\n", relative), ("%FILES%\nusr/../x\n", relative),
            ("%FILES%\nusr/..\n", relative), ("%FILES%\nusr/./\n", relative),
            ("%FILES%\n.PKGINFO\n", dots), ("%FILES%\n.git/config\n", dots), ("%FILES%\n...\n", dots),
            ("%FILES%\nlinux-99-1/desc\n", database), ("%FILES%\nx/files\n", database),
            ("%FILES%\nx/depends\n", database),
            ("%FILES%\nusr/a\tb\n", controls), ("%FILES%\nusr/a\r\n", controls), ("%FILES%\nusr/\0\n", controls),
            ("%FILES%\nusr/\u{85}\n", controls), ("%FILES%\nusr/\u{202e}\n", controls),
            ("%FILES%\nusr/\u{200e}\n", controls),
        ])
    func damaged(_ text: String, message: String) {
        let error = #expect(throws: RepositoryDatabaseError.self) { try FileList(parsing: Array(text.utf8)) }
        #expect(error?.description == message)
    }

    @Test("a list that is not UTF-8 is refused")
    func notUTF8() {
        #expect(throws: RepositoryDatabaseError.malformed(field: "files", expected: "valid UTF-8")) {
            try FileList(parsing: Array("%FILES%\nusr/".utf8) + [0xff, 0x0a])
        }
    }

    @Test("a list above 32 MiB is refused")
    func tooLong() {
        let bytes = Array("%FILES%\n".utf8) + [UInt8](repeating: 0x61, count: 32 << 20)
        #expect(throws: RepositoryDatabaseError.malformed(field: "files", expected: "at most 33554432 bytes long")) {
            try FileList(parsing: bytes)
        }
    }

    @Test("a path with a line feed cannot become two")
    func injection() {
        #expect(throws: RepositoryDatabaseError.self) { try FileList.known(["usr/a\nusr/b"]) }
    }
}
