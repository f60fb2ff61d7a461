import ArgumentParser
import RepositoryDatabase
import SyncDatabase

/// `reposeal database diff`: what changed between two databases.
struct DatabaseDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what changed from one database to another.",
        discussion: """
            Says what a person must see before approving: packages that were added, removed, upgraded, downgraded, or \
            rebuilt under a version that vercmp calls equal; and of each of them other dependencies, licences or \
            packagers, and sizes that at least doubled or halved by 1 MiB or more. Of two .files databases it also counts \
            the installed paths that came and went. The databases may have any form and compression.

            The exit status is that of diff(1): 0 when there is no difference, 1 when there is one, 2 after an error.

                $ reposeal database diff extra.db.tar.gz.old extra.db.tar.gz
            """)

    @Argument(help: ArgumentHelp("The database as it was.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: ArgumentHelp("The database as it is now.", valueName: "new"), completion: .file())
    var new: String

    @Flag(help: "Print the changes as JSON, with every path that came or went.")
    var json = false

    func run() throws {
        let changes: [DatabaseDifference.Change]
        do {
            changes = try DatabaseDifference(
                from: ExistingDatabase(opening: old).file, to: ExistingDatabase(opening: new).file
            ).changes
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode(2)
        }
        if json { try printJSON(changes.map(ChangeJSON.init)) } else { Self.printWords(of: changes) }
        if !changes.isEmpty { throw ExitCode(1) }
    }

    private static func printWords(of changes: [DatabaseDifference.Change]) {
        for change in changes { print(change.words) }
        let counts = Dictionary(grouping: changes, by: \.action).mapValues(\.count)
        let summary = ["added", "removed", "upgraded", "downgraded", "rebuilt"].compactMap { action in
            counts[action].map { "\($0) \(action)" }
        }
        print(summary.isEmpty ? "no difference" : summary.joined(separator: ", "))
    }
}

extension DatabaseDifference.Change {
    /// What happened to the package, in one word.
    var action: String {
        switch self {
        case .added: "added"
        case .removed: "removed"
        case .changed(let difference): difference.direction.rawValue
        }
    }

    /// One line, and one more for each thing to look at.
    fileprivate var words: String {
        let style: Terminal.Style =
            switch action {
            case "added", "upgraded": .good
            case "removed", "downgraded": .bad
            default: .strong
            }
        let start = "\(Terminal.styled(action, style)) \(Terminal.plain(name))"
        switch self {
        case .added(let entry), .removed(let entry): return "\(start) \(Terminal.plain(entry.directory.version))"
        case .changed(let difference):
            let (old, new) = (difference.old.directory.version, difference.new.directory.version)
            let versions = Terminal.plain(old == new ? new : "\(old) -> \(new)")
            return (["\(start) \(versions)"] + difference.details.map { "    \($0)" }).joined(separator: "\n")
        }
    }
}

extension EntryDifference {
    fileprivate var details: [String] {
        let fields = fieldChanges.map { change in
            let lines =
                change.removed.map { "- \(Terminal.plain($0))" } + change.added.map { "+ \(Terminal.plain($0))" }
            return "\(change.field.label): \(lines.joined(separator: ", "))"
        }
        let sizes = sizeJumps.map { "\($0.field.label): \(byteCount($0.old)) -> \(byteCount($0.new))" }
        guard let paths, !paths.removed.isEmpty || !paths.added.isEmpty else { return fields + sizes }
        return fields + sizes + ["Files: \(paths.added.count) came, \(paths.removed.count) went"]
    }
}

/// A change as JSON.
private struct ChangeJSON: Encodable {
    struct Field: Encodable {
        let field: String
        let removed, added: [String]
    }
    struct Size: Encodable {
        let field: String
        let old, new: UInt64
    }
    struct Paths: Encodable {
        let removed, added: [String]
    }

    let action, name: String
    var oldVersion, newVersion: String?
    var fields: [Field] = []
    var sizeJumps: [Size] = []
    var paths: Paths?

    init(_ change: DatabaseDifference.Change) {
        action = change.action
        name = change.name
        switch change {
        case .added(let entry): newVersion = entry.directory.version
        case .removed(let entry): oldVersion = entry.directory.version
        case .changed(let difference):
            oldVersion = difference.old.directory.version
            newVersion = difference.new.directory.version
            fields = difference.fieldChanges.map {
                Field(field: $0.field.rawValue, removed: $0.removed, added: $0.added)
            }
            sizeJumps = difference.sizeJumps.map { Size(field: $0.field.rawValue, old: $0.old, new: $0.new) }
            paths = difference.paths.map { Paths(removed: $0.removed, added: $0.added) }
        }
    }
}
