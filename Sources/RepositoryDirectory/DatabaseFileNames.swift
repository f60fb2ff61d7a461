public import ALPMTypes
public import RepositoryDatabase

/// The names that belong to one database argument of repo-add, such as `os/x86_64/extra.db.tar.zst`.
///
/// Where stock repo-add has them: the database and the files database, the short names that clients ask for, the previous
/// generation, signatures and the lock, all in one directory.
public struct DatabaseFileNames: Hashable, Sendable {
    /// The ends of a database's name that repo-add knows: no compression, or the tool's extension.
    public static let fileExtensions = [
        "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst", "tar.lrz", "tar.lzo", "tar.Z", "tar.lz4", "tar.lz",
    ]

    /// The directory that holds them all, `.` if the argument names none.
    public let directory: String
    /// What stands before the last `.db.`: the repository's name, as pacman.conf would have it.
    public let prefix: String
    /// The known end of the name, such as `tar.gz`.
    public let fileExtension: String
    /// What stands after the last `.db.`; more than the extension only in names such as `extra.db.tar.2.tar.gz`.
    private let suffix: String

    /// Parses the argument as repo-add does: it contains `.db.tar` and ends in a known extension, and is split at the last
    /// `.db.` of its last component.
    public init(parsing untrustedPath: String) throws(RepositoryDirectoryError) {
        let path = untrustedPath[...]
        let (directory, name) = path.split(atLast: "/") ?? (".", path)
        guard let fileExtension = Self.fileExtensions.first(where: { name.hasSuffix(".\($0)") }),
            name.firstRange(of: ".db.tar") != nil, let (prefix, suffix) = name.split(atLast: ".db.")
        else { throw .refused(field: "the database's name", expected: "NAME.db.tar or NAME.db.tar.EXTENSION") }
        self.directory = directory.isEmpty ? "/" : String(directory)
        self.prefix = String(prefix)
        self.fileExtension = fileExtension
        self.suffix = String(suffix)
    }

    /// Names the databases of a repository in the form in which Reposeal signs them, `tar.gz`.
    public init(directory: String, repository: RepositoryName) {
        self.directory = directory
        prefix = repository.text
        fileExtension = "tar.gz"
        suffix = "tar.gz"
    }

    /// The name of a database, such as `extra.files.tar.gz`.
    public func name(of kind: DatabaseKind) -> String { "\(prefix).\(kind.rawValue).\(suffix)" }

    /// The name that clients ask for, such as `extra.files`.
    public func shortName(of kind: DatabaseKind) -> String {
        let name = name(of: kind)
        return name[...].split(atLast: ".tar").map { String($0.0) } ?? name
    }

    /// The name of the generation before, such as `extra.files.tar.gz.old`.
    public func previousName(of kind: DatabaseKind) -> String { "\(name(of: kind)).old" }

    /// The path of a database.
    public func path(of kind: DatabaseKind) -> String { path(of: name(of: kind)) }

    /// The path of a database's signature.
    public func signaturePath(of kind: DatabaseKind) -> String { "\(path(of: kind)).sig" }

    /// The path of the lock that stock repo-add takes too.
    public var lockPath: String { "\(path(of: .db)).lck" }

    /// The path of a name in the directory.
    public func path(of name: String) -> String { directory == "/" ? "/\(name)" : "\(directory)/\(name)" }

    /// Where the generations are: a directory for this database alone, even if others have the same short name.
    var store: String { path(of: ".reposeal/\(name(of: .db))") }
}

extension Substring {
    /// What stands before and after the last place where `separator` is found.
    fileprivate func split(atLast separator: String) -> (Substring, Substring)? {
        guard let range = ranges(of: separator).last else { return nil }
        return (self[..<range.lowerBound], self[range.upperBound...])
    }
}
