import ArgumentParser
import RepositoryDatabase
import SyncDatabase

/// `reposeal database show`: what a database says of some packages.
struct DatabaseShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a database says of packages.",
        discussion: """
            Prints every field of every entry with one of the names. A name that the database does not have is an error \
            after the others are printed.

                $ reposeal database show core.files bash --files
            """)

    @OptionGroup var database: DatabaseArgument

    @Argument(help: ArgumentHelp("The packages.", valueName: "name"))
    var names: [String]

    @Flag(help: "List the installed files too, if the database knows them.")
    var files = false

    @Flag(help: "Print the entries as JSON: each field as a list of lines.")
    var json = false

    private struct Document: Encodable {
        let directory: String
        let fields: [String: [String]]
        let files: [String]?
    }

    func run() async throws {
        let entries = try await database.open().file.entries(named: Set(names))
        if json {
            try printJSON(entries.map(document))
        } else {
            for (number, entry) in entries.enumerated() {
                if number > 0 { print() }
                show(entry)
            }
        }
        let absent = names.filter { name in !entries.contains { $0.directory.name == name } }
        guard absent.isEmpty else {
            throw FileProblem(
                file: database.database,
                reason: "there is no package \(absent.map(Terminal.plain).joined(separator: ", "))")
        }
    }

    private func document(_ entry: SyncEntry) -> Document {
        let fields = entry.fields.map { ($0.name, $0.values) }
        return Document(
            directory: entry.directory.text, fields: Dictionary(fields, uniquingKeysWith: +),
            files: files ? entry.paths : nil)
    }

    private func show(_ entry: SyncEntry) {
        for field in entry.fields {
            let known = DescriptionField(rawValue: field.name)
            let label = known?.label ?? Terminal.plain(field.name)
            for (number, value) in field.values.enumerated() {
                let shown = number == 0 ? label : ""
                let padding = String(repeating: " ", count: max(15 - shown.count, 0))
                print("\(shown)\(padding) : \(known?.words(value) ?? Terminal.plain(value))")
            }
        }
        guard files else { return }
        for path in entry.paths ?? [] { print("\(entry.directory.name) \(Terminal.plain(path))") }
    }
}
