import PackageArchive
import RepositoryUpdate
import Testing

@testable import StockCommands

@Suite struct StockOptionsTests {
    private static func options(_ change: (inout StockOptions) -> Void) -> StockOptions {
        var options = StockOptions()
        options.operands = ["x.db.tar.gz"]
        change(&options)
        return options
    }

    @Test(
        "each option has its short and its long form",
        arguments: [
            (["-n"], options { $0.update.onlyNew = true }), (["--new"], options { $0.update.onlyNew = true }),
            (["-p"], options { $0.update.preventsDowngrade = true }),
            (["--prevent-downgrade"], options { $0.update.preventsDowngrade = true }),
            (["-R"], options { $0.update.removesOldPackages = true }),
            (["--remove"], options { $0.update.removesOldPackages = true }),
            (["--include-sigs"], options { $0.update.includesSignatures = true }),
            (["-q"], options { $0.isQuiet = true }), (["--quiet"], options { $0.isQuiet = true }),
            (["--nocolor"], options { $0.mayColour = false }),
            (["-s"], options { $0.signs = true }), (["--sign"], options { $0.signs = true }),
            (["-v"], options { $0.verifies = true }), (["--verify"], options { $0.verifies = true }),
            (["-w"], options { $0.waits = true }), (["--wait-for-lock"], options { $0.waits = true }),
            (["-k", "K"], options { $0.key = "K" }), (["-kK"], options { $0.key = "K" }),
            (["--key", "K"], options { $0.key = "K" }), (["--key=K"], options { $0.key = "K" }),
            (["--key="], options { $0.key = "" }), (["--key", "-s"], options { $0.key = "-s" }),
            (["--drop-signatures"], options { $0.dropsSignatures = true }),
            (["--profile", "6.0"], options { $0.profile = .v6_0 }),
            (["--profile=7.1"], options { $0.profile = .descv2 }),
        ])
    func forms(_ arguments: [String], _ expected: StockOptions) throws {
        #expect(try StockOptions(parsing: arguments + ["x.db.tar.gz"]) == expected)
        #expect(try StockOptions(parsing: ["x.db.tar.gz"] + arguments) == expected)
    }

    @Test("short options combine, the last one may take a value, and long ones may be cut short")
    func combinations() throws {
        let expected = Self.options {
            $0.update.onlyNew = true
            $0.update.removesOldPackages = true
            $0.signs = true
            $0.key = "K"
        }
        #expect(try StockOptions(parsing: ["-nRsk", "K", "x.db.tar.gz"]) == expected)
        #expect(try StockOptions(parsing: ["-nRskK", "x.db.tar.gz"]) == expected)
        #expect(try StockOptions(parsing: ["--ne", "--rem", "x.db.tar.gz", "--si", "--k=K"]) == expected)
    }

    @Test("two hyphens end the options, and one alone is an operand")
    func operands() throws {
        #expect(try StockOptions(parsing: ["a", "-", "--", "-n", "--", "b"]).operands == ["a", "-", "-n", "--", "b"])
    }

    @Test(
        "what is no option is refused in the words of parseopts",
        arguments: [
            (["-x"], "invalid option -- 'x'"), (["-nx"], "invalid option -- 'x'"), (["-h"], "invalid option -- 'h'"),
            (["--frob"], "invalid option '--frob'"), (["--help"], "invalid option '--help'"),
            (["-k"], "option requires an argument -- 'k'"), (["-sk"], "option requires an argument -- 'k'"),
            (["--key"], "option '--key' requires an argument"),
            (["--sign=yes"], "option '--sign' does not allow an argument"),
            (["--n"], "option '--n' is ambiguous; possibilities: 'new' 'nocolor'"),
            (["--profile", "5"], "option '--profile' knows '7.1' and '6.0'"),
        ])
    func refusals(_ arguments: [String], _ expected: String) {
        #expect(throws: StockUsageError(description: expected)) { try StockOptions(parsing: arguments) }
    }

    @Test(
        "a program is known by the last component of the name it was called by",
        arguments: [
            ("repo-add", StockProgram.repoAdd), ("/usr/bin/repo-remove", .repoRemove), ("./vercmp", .vercmp),
            ("reposeal", nil), ("/opt/repo-add/reposeal", nil), ("", nil),
        ])
    func names(_ name: String, _ expected: StockProgram?) {
        #expect(StockProgram(invokedAs: name) == expected)
    }
}
