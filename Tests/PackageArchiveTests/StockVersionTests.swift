import PackageArchive
import Testing

@Suite struct StockVersionTests {
    @Test(
        "a version that makepkg, libalpm and the alpm specification take is a stock version",
        arguments: [
            "1-1", "0:1.0-1", "12:1.0-1.2", "1.0~rc1-1", "1..0-1", "r5.abc-1", "1+2^3_4@5-10.0", "..-1", "%{}-1",
            "$(id)-1",
        ])
    func takes(text: String) { #expect(StockVersion(parsing: text)?.text == text) }

    @Test(
        "a version that one of them refuses is none",
        arguments: [
            "", "1", "-1", "1-", "1-1-1", ":1-1", "x:1-1", "1:2:3-1", "1:-1", "1/0-1", "1 0-1", "1<2-1", "1>2-1",
            "1=2-1", "1-a", "1-1.2.3", "1-.1", "1-1.", "é-1", "1\u{7f}-1", "1\u{1}-1", "../../1-1",
            String(repeating: "1", count: 252) + "-1",
        ])
    func refuses(text: String) { #expect(StockVersion(parsing: text) == nil) }

    @Test("the repo-add reading takes a version that the strict one refuses", arguments: ["1.0~rc1-1", "1..0-1"])
    func onlyRepoAdd(version: String) throws {
        let text = Array("pkgname = foo\npkgver = \(version)\n".utf8)
        #expect(try PackageInfo(repoAddReading: text).version.text == version)
        #expect(throws: PackageArchiveError.self) { try PackageInfo(strict: text) }
    }

    @Test("name and version must fit into the name of one directory")
    func length() {
        let text = "pkgname = \(String(repeating: "a", count: 252))\npkgver = 1-1\n"
        #expect(throws: PackageArchiveError.self) { try PackageInfo(repoAddReading: Array(text.utf8)) }
    }
}
