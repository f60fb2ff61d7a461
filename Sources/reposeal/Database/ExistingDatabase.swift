import ArgumentParser
import RepositoryDatabase
import SyncDatabase

/// A database file that the command line names, to read.
struct ExistingDatabase {
    let path: String
    let file: DatabaseFile

    /// Opens it; the name says which of the two databases it is.
    init(opening path: String) throws {
        self.path = path
        file = try DatabaseFile(opening: path, as: DatabaseKind(ofFile: path))
    }
}

extension DatabaseKind {
    /// What a file's name says: `extra.files`, `extra.files.tar.gz` and their kind are lists, anything else has none.
    init(ofFile path: String) {
        self = DatabaseName(path)?.kind ?? .db
    }
}

/// A file name in which one component between dots tells the kind, such as `extra.db.tar.gz`.
private struct DatabaseName {
    let kind: DatabaseKind
    private let head: String
    private let tail: String

    init?(_ path: String) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let start = slash.map { path.utf8.index(after: $0) } ?? path.startIndex
        let components = path[start...].split(separator: ".", omittingEmptySubsequences: false)
        guard let position = components.lastIndex(where: { DatabaseKind(rawValue: String($0)) != nil }), position > 0,
            let kind = DatabaseKind(rawValue: String(components[position]))
        else { return nil }
        self.kind = kind
        head = path[..<start] + components[..<position].joined(separator: ".")
        tail = components[(position + 1)...].map { ".\($0)" }.joined()
    }

    func path(of kind: DatabaseKind) -> String { "\(head).\(kind.rawValue)\(tail)" }
}

extension ExistingDatabase {
    /// The path at which the other database of the repository would be; nil if the name does not tell.
    var companionPath: String? {
        guard let name = DatabaseName(path) else { return nil }
        return name.path(of: name.kind == .db ? .files : .db)
    }
}

/// The argument that all commands have which read one database.
struct DatabaseArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("A database, such as extra.db.tar.gz or extra.files.", valueName: "database"),
        completion: .file())
    var database: String

    func open() throws -> ExistingDatabase { try ExistingDatabase(opening: database) }
}
