import ALPMTypes
import ArgumentParser
import Cryptography
import RepositoryDatabase
import RepositoryImport
import SchedulerDirectory

/// `reposeal import`: begins a database with the entries of an existing one.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Begin a repository with the packages of an existing database.",
        discussion: """
            Reads a stock database of any compression and lists the entries that the strict rules refuse. Without evidence \
            it prints the number of entries and the digest of their set, which the policy's import quorum approves with \
            reposeal approve import. With their evidence it asks the enclave to begin the database with exactly this set. \
            The packages themselves are not needed.

                $ reposeal import extra.db.tar.gz --files extra.files.tar.gz --repository extra \\
                    --architecture x86_64 --scheduler /srv/reposeal --evidence alice.dsse.json bob.dsse.json
            """)

    @Argument(help: ArgumentHelp("The database.", valueName: "database"), completion: .file())
    var database: String

    @Option(help: ArgumentHelp("The files database, for the file lists.", valueName: "database"), completion: .file())
    var files: String?

    @Option(help: ArgumentHelp("The repository that begins.", valueName: "name"))
    var repository: RepositoryName

    @Option(help: ArgumentHelp("The architecture of the database.", valueName: "name"))
    var architecture: Architecture

    @OptionGroup var scheduler: AskingOptions

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Approvals of this import.", valueName: "file"),
        completion: .file())
    var evidence: [String] = []

    @Flag(help: "Print the result as JSON.")
    var json = false

    private struct Preview: Encodable {
        struct Refused: Encodable { let entry, reason: String }
        let entries: Int
        let entrySet: String
        let refused: [Refused]
    }

    func run() throws {
        let imported = try RepositoryImport.read(databasePath: database, filesDatabasePath: files)
        if evidence.isEmpty { return try preview(imported) }
        if !json { list(imported.refused) }
        let report = try scheduler.home().importing(
            imported.entries, into: repository, architecture, evidence: evidence)
        try report.show(json: json)
        if report.hasRefusals { throw ExitCode.failure }
    }

    private func preview(_ imported: ImportedRepository) throws {
        if json {
            return try printJSON(
                Preview(
                    entries: imported.entries.count, entrySet: imported.entries.digest.hex,
                    refused: imported.refused.map { Preview.Refused(entry: $0.directoryName, reason: $0.reason) }))
        }
        list(imported.refused)
        print("\(imported.entries.count) entries, \(imported.refused.count) refused")
        print("entry set \(imported.entries.digest.hex)")
    }

    private func list(_ refused: [RefusedEntry]) {
        for entry in refused { print("refused \(entry.directoryName): \(entry.reason)") }
    }
}
