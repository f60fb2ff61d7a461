import Foundation
import RepositoryDatabase
import TestSupport
import Testing

@testable import SyncDatabase

@Suite struct DatabaseCheckTests {
    static func report(
        _ entries: [SyncEntry], _ kind: DatabaseKind = .db, compression: Compression = .gzip, strict: Bool = false
    ) async throws -> DatabaseReport {
        let folder = try TemporaryDirectory()
        let path = try folder.write("x", await Samples.encoded(entries, as: kind, compression: compression))
        return try await DatabaseFile(opening: path, as: kind).check(strict: strict)
    }

    static func desc(_ name: String = "a", _ more: String = "") -> String {
        "%FILENAME%\n\(name)-1-1-any.pkg.tar.gz\n\n%NAME%\n\(name)\n\n%VERSION%\n1-1\n\n\(more)"
    }

    @Test("Arch Linux's own databases are good, and only a strict check refuses their signatures", arguments: ["core"])
    func archLinux(repository: String) async throws {
        let stock = try DatabaseFile(opening: RepositoryRoot.fixture("arch-2019/\(repository).db"), as: .db)
        let report = try await stock.check(strict: false)
        #expect(report.findings == [])
        #expect(report.form == .other)
        #expect(report.packages.count == report.count)
        let strict = try await stock.check(strict: true)
        #expect(strict.findings.first?.text == "it does not have the canonical form")
        #expect(strict.findings.count == report.count + 1)
    }

    @Test("strict entries in the canonical form pass the strict check")
    func strict() async throws {
        let entries = try ["a", "b"].map {
            SyncEntry(try Samples.strict(name: $0, files: Array("%FILES%\nusr/\n".utf8)))
        }
        for kind in DatabaseKind.allCases {
            let report = try await Self.report(entries, kind, strict: true)
            #expect(report.findings == [])
            #expect(report.form == .canonical)
        }
        let plain = try await Self.report(entries, compression: .uncompressed, strict: true)
        #expect(plain.findings.map(\.text) == ["it does not have the canonical form"])
    }

    @Test(
        "what libalpm refuses, warns of or misreads is found",
        arguments: [
            ("a-1-1", desc(), []),
            ("fo o-1-1", desc("fo o"), ["pacman refuses the package name"]),
            ("a-1-1", desc("b"), ["NAME is not what the directory's name says"]),
            ("a-1-1", "%FILENAME%\nx\n\n%NAME%\na\n\n", ["VERSION is missing"]),
            ("a-1-1", "%NAME%\na\n\n%VERSION%\n1-1\n\n", ["FILENAME is missing"]),
            (
                "a-1-1", desc("a", "%FILENAME%\n../x\n\n"),
                ["FILENAME is not one plain file name", "the field FILENAME is there more than once"]
            ),
            (
                "a-1-1", "%FILENAME%\n.\u{301}x\n\n%NAME%\na\n\n%VERSION%\n1-1\n\n",
                ["FILENAME is not one plain file name"]
            ),
            ("a-1-1", desc("a", "%CSIZE%\n1k\n\n"), ["CSIZE is no number, which pacman reads as 0"]),
            ("a-1-1", desc("a", "%ODD%\n1\n\n"), ["pacman warns of the unknown field ODD"]),
            ("a-1-1", desc("a", "%DEPENDS%\nx\n\n%DEPENDS%\ny\n\n"), ["the field DEPENDS is there more than once"]),
            (
                "a-1-1", desc("a", "%DESC%\n\(String(repeating: "x", count: 524_289))\n\n"),
                ["a line is longer than the 512 KiB that pacman reads"]
            ),
        ])
    func libalpm(directory: String, desc: String, expected: [String]) async throws {
        let report = try await Self.report([Samples.entry(directory, desc: desc)])
        #expect(report.findings.map(\.text) == expected)
        #expect(report.findings.allSatisfy { $0.directory?.text == directory })
    }

    @Test("a second version of a name is found, wherever it stands")
    func versions() async throws {
        let entries = try ["a-1-1", "a-b-1-1", "a-c-1"].map { try Samples.entry($0, desc: "") }
        let findings = try await Self.report(entries).findings.filter { $0.text.contains("version of the package") }
        #expect(findings.map { $0.directory?.text } == ["a-c-1"])
    }

    @Test("two ways to write one accented letter are two names")
    func accents() async throws {
        let entries = try ["e\u{301}-1-1", "\u{e9}-1-1"].map { try Samples.entry($0, desc: "") }
        let findings = try await Self.report(entries).findings.filter { $0.text.contains("version of the package") }
        #expect(findings == [])
    }

    @Test("databases of one repository that do not say the same are found")
    func pair() async throws {
        let db = try await Self.report(["a-1-1", "b-1-1", "c-1-1"].map { try Samples.entry($0, desc: "x") })
        let files = try await Self.report(
            ["b-1-1", "c-1-1", "d-1-1"].map { try Samples.entry($0, desc: $0 == "c-1-1" ? "y" : "x") }, .files)
        let findings = DatabaseReport.pairFindings(db, files)
        #expect(findings.map { $0.directory?.text } == ["a-1-1", "c-1-1", "d-1-1"])
        #expect(
            findings.map(\.text) == [
                "it is in the db database alone", "desc is not the same in both databases",
                "it is in the files database alone",
            ])
        #expect(DatabaseReport.pairFindings(db, db) == [])
    }
}
