import ArgumentParser
import FoundationEssentials
import RepositoryDatabase
import SyncDatabase

/// `reposeal database verify`: whether clients read a database as it was meant.
struct DatabaseVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a database, its companion and its packages.",
        discussion: """
            Reads the whole database, and the other one of the repository (.db or .files) if it lies beside it. Finds \
            entries that pacman refuses, warns of or reads as something else, two versions of one name, and databases that \
            do not say the same. A database in Reposeal's canonical form must be exactly that. --strict also finds \
            whatever an enclave would refuse. With --packages every entry's file must have the size and SHA-256 that the \
            entry says. Signatures are for gpg, or reposeal verify. The exit status is 1 if anything is found.

                $ reposeal database verify os/x86_64/extra.db.tar.gz --packages os/x86_64
            """)

    @OptionGroup var database: DatabaseArgument

    @Flag(help: "Find whatever an enclave would refuse, too.")
    var strict = false

    @Option(help: ArgumentHelp("Where the package files are.", valueName: "directory"), completion: .directory)
    var packages: String?

    @Flag(help: "Print what was found as JSON.")
    var json = false

    private struct Document: Encodable {
        struct Database: Encodable {
            let file, kind, form: String
            let entries: Int
        }
        struct Finding: Encodable {
            let file: String
            let entry: String?
            let finding: String
        }
        var databases: [Database] = []
        var findings: [Finding] = []
    }

    func run() async throws {
        if let packages, !FileManager.default.fileExists(atPath: "\(packages)/.") {
            throw FileProblem(file: packages, reason: "expected a directory with the package files")
        }
        let opened = try database.open()
        let first = try await opened.file.check(strict: strict)
        var document = Document()
        add(first, of: opened.path, to: &document)
        if let path = opened.companionPath, FileManager.default.fileExists(atPath: path) {
            let second = try await ExistingDatabase(opening: path).file.check(strict: strict)
            add(second, of: path, to: &document)
            let (db, files) = opened.file.kind == .db ? (first, second) : (second, first)
            add(DatabaseReport.pairFindings(db, files), of: opened.path, to: &document)
        }
        if let packages {
            add(await PackageFileCheck(directory: packages).findings(first.packages), of: opened.path, to: &document)
        }
        if json { try printJSON(document) } else { show(document) }
        if !document.findings.isEmpty { throw ExitCode.failure }
    }

    private func add(_ report: DatabaseReport, of path: String, to document: inout Document) {
        document.databases.append(
            .init(file: path, kind: report.kind.rawValue, form: report.form.rawValue, entries: report.count))
        add(report.findings, of: path, to: &document)
    }

    private func add(_ findings: [DatabaseReport.Finding], of path: String, to document: inout Document) {
        document.findings += findings.map { .init(file: path, entry: $0.directory?.text, finding: $0.text) }
    }

    private func show(_ document: Document) {
        for finding in document.findings {
            let place = "\(finding.file): \(finding.entry.map { "\(Terminal.plain($0)): " } ?? "")"
            print("\(place)\(Terminal.styled("finding", .bad)): \(Terminal.plain(finding.finding))")
        }
        let verdict = document.findings.isEmpty ? Terminal.styled("good", .good) : Terminal.styled("bad", .bad)
        for database in document.databases {
            let form = database.form == "canonical" ? "canonical" : "not canonical"
            print("\(database.file): \(verdict), \(database.entries) entries, \(form)")
        }
    }
}
