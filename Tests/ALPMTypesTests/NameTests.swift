import ALPMTypes
import Testing

struct NameTests {
    @Test(
        "a name is ASCII letters, digits and + _ . @ -",
        arguments: ["a", "A", "lib32-gcc", "c++", "_x", "@a", "+a", "a.b", "0ad"])
    func packageName(_ text: String) throws {
        #expect(try PackageName(parsing: text).text == text)
    }

    @Test(
        "a name outside the grammar is refused",
        arguments: [
            "", "-a", ".a", "..", "a/b", "a b", "a\n", "a\0", "é", "e\u{301}", "a:b", "a~", "ａ",
            String(repeating: "a", count: 252),
        ])
    func badPackageName(_ text: String) {
        #expect(throws: ALPMError.self) { try PackageName(parsing: text) }
    }

    @Test("names are ordered by their bytes")
    func order() throws {
        let sorted = ["+a", "A", "_b", "a", "a+", "a-b", "a.b", "aa"]
        #expect(try sorted.reversed().map { try PackageName(parsing: $0) }.sorted().map(\.text) == sorted)
    }

    @Test(
        "a repository name is lower case and safe as a file name",
        arguments: ["core", "core-testing", "x86-64_v3", "a.b"])
    func repositoryName(_ text: String) throws {
        #expect(try RepositoryName(parsing: text).text == text)
    }

    @Test(
        "a repository name outside the grammar is refused",
        arguments: [
            "", "local", "options", "Core", ".a", "-a", "a/b", "a b", "é", "a\n", String(repeating: "a", count: 65),
        ])
    func badRepositoryName(_ text: String) {
        #expect(throws: ALPMError.self) { try RepositoryName(parsing: text) }
    }

    @Test("an architecture is letters, digits and underscores")
    func architecture() throws {
        #expect(try Architecture(parsing: "x86_64").isAny == false)
        #expect(try Architecture(parsing: "any") == .any)
        #expect(Architecture.any.isAny)
        for text in ["", "x86-64", "a.b", "=any", "a\n", "é", String(repeating: "a", count: 65)] {
            #expect(throws: ALPMError.self) { try Architecture(parsing: text) }
        }
    }

    @Test("a directory name splits at its last two hyphens")
    func directoryName() throws {
        let directory = try DirectoryName(parsing: "gtk-update-icon-cache-1:3.24.8+43-1.1")
        #expect(directory.name.text == "gtk-update-icon-cache")
        #expect(directory.version.text == "1:3.24.8+43-1.1")
        #expect(directory.text == "gtk-update-icon-cache-1:3.24.8+43-1.1")
        #expect(try DirectoryName(name: directory.name, version: directory.version) == directory)
    }

    @Test(
        "a malformed directory name is refused",
        arguments: [
            "", "a", "a-1", "-1-1", "a--1", "a-1-", "a-1-1/", "../x-1-1", "a-1-1\n",
            String(repeating: "a", count: 251) + "-10-1",
        ])
    func badDirectoryName(_ text: String) {
        #expect(throws: ALPMError.self) { try DirectoryName(parsing: text) }
    }

    @Test("a directory name may be as long as 255 bytes")
    func longDirectoryName() throws {
        let text = String(repeating: "a", count: 251) + "-1-1"
        #expect(try DirectoryName(parsing: text).text == text)
    }

    @Test("directory names are ordered by their bytes, which is not the order of package names")
    func directoryOrder() throws {
        let sorted = ["a+-1-1", "a-1-1", "a-b-1-1", "a.b-1-1"]
        #expect(try sorted.reversed().map { try DirectoryName(parsing: $0) }.sorted().map(\.text) == sorted)
    }

    @Test(
        "a package file name is taken apart from its end",
        arguments: [
            "a-1-1-any.pkg.tar", "a-1-1-any.pkg.tar.zst", "a-1.pkg.tar-1-any.pkg.tar.Z",
            "lib32-x-1:2-3.4-x86_64.pkg.tar.xz",
        ])
    func packageFileName(_ text: String) throws {
        let file = try PackageFileName(parsing: text)
        #expect(file.text == text)
        #expect("\(file.name)-\(file.version)-\(file.architecture)" == String(text.prefix(upTo: try suffix(of: text))))
        #expect(
            file.compressionExtension
                == (text.hasSuffix(".tar") ? nil : text.split(separator: ".").last.map(String.init)))
    }

    private func suffix(of text: String) throws -> String.Index {
        try #require(text.ranges(of: ".pkg.tar").last).lowerBound
    }

    @Test(
        "a malformed package file name is refused",
        arguments: [
            "", "a-1-1-any", "a-1-1-any.tar.gz", "a-1-1-any.pkg.tar.", "a-1-1-any.pkg.tar.sig",
            "a-1-1-any.pkg.tar.gz.sig",
            "a-1-1-any.pkg.tar.ZST", "a-1-1.pkg.tar.gz", "a-1-1-.pkg.tar.gz", "a-1-1-=any.pkg.tar.gz",
            "../a-1-1-any.pkg.tar.gz",
            ".a-1-1-any.pkg.tar.gz", "-1-1-any.pkg.tar.gz", "a-1-1-any.pkg.tar.gz\n", "a-1-1-any.pkg.tarxgz",
            String(repeating: "a", count: 230) + "-1-1-x86_64.pkg.tar.zst",
        ])
    func badPackageFileName(_ text: String) {
        #expect(throws: ALPMError.self) { try PackageFileName(parsing: text) }
    }

    @Test("an error names the field and what was expected, and does not repeat the text")
    func errorText() {
        let error = #expect(throws: ALPMError.self) { try Version(parsing: "1-secret") }
        #expect(error?.description == "pkgrel is not digits, or digits with one dot between them")
    }
}
