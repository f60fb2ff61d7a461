import ArgumentParser
import RepositoryDatabase
import SyncDatabase

/// `reposeal database list`: the packages in a database.
struct DatabaseListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the packages in a database.",
        discussion: """
            Prints a name and a version on each line, in the order of the database. Reads any database that pacman reads, \
            in any compression; nothing is changed.

                $ reposeal database list /var/lib/pacman/sync/core.db
            """)

    @OptionGroup var database: DatabaseArgument

    @Flag(help: "Print the entries as JSON, with the sizes, the architecture and the build date of each.")
    var json = false

    private struct Row: Encodable {
        let name, version: String
        let fileName, architecture: String?
        let compressedSize, installedSize, buildDate: UInt64?

        init(_ entry: SyncEntry) {
            let fields = entry.fields
            name = entry.directory.name
            version = entry.directory.version
            fileName = fields[.fileName].first
            architecture = fields[.architecture].first
            compressedSize = fields[.compressedSize].first.flatMap { UInt64($0) }
            installedSize = fields[.installedSize].first.flatMap { UInt64($0) }
            buildDate = fields[.buildDate].first.flatMap { UInt64($0) }
        }
    }

    func run() throws {
        let file = try database.open().file
        var rows: [Row] = []
        try file.forEachEntry { entry in
            if json {
                rows.append(Row(entry))
            } else {
                print(Terminal.plain("\(entry.directory.name) \(entry.directory.version)"))
            }
        }
        if json { try printJSON(rows) }
    }
}
