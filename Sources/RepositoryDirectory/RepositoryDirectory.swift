public import ALPMTypes

/// A repository's databases on disk, published so that a reader never sees one without its matching signature.
///
/// The four files of a generation lie in `.reposeal/<repository>/<number>/`. The names that clients ask for are
/// links that never change, through `.reposeal/<repository>/current`, and publishing replaces this one link by an
/// atomic rename. The `.old` names go through `.reposeal/<repository>/previous` likewise.
public struct RepositoryDirectory: Sendable {
    /// The directory's path.
    public let path: String
    /// The repository's name.
    public let repository: RepositoryName

    /// The largest file that is read, in bytes; pacman stops at half of it.
    static let maximumFileSize = 256 << 20

    /// Names a repository in a directory, which must exist once it is used.
    public init(path: String, repository: RepositoryName) {
        self.path = path
        self.repository = repository
    }

    /// Takes the repository's lock, or throws `locked` at once if someone holds it.
    public func lock() throws(RepositoryDirectoryError) -> RepositoryLock {
        try RepositoryLock(path: "\(path)/\(names.database).lck")
    }

    /// Takes the lock, publishes and releases it.
    public func publish(_ databases: SignedDatabases) throws(RepositoryDirectoryError) {
        let lock = try lock()
        try publish(databases, holding: lock)
    }

    /// Publishes under a lock that the caller took, as for a change that began with reading the current databases.
    public func publish(_ databases: SignedDatabases, holding lock: borrowing RepositoryLock)
        throws(RepositoryDirectoryError)
    {
        guard lock.path == "\(path)/\(names.database).lck" else {
            throw .refused(field: "lock", expected: "the lock of this repository")
        }
        try Publication(directory: self).run(databases) { _ throws(RepositoryDirectoryError) in }
    }

    /// Reads what the directory offers now, of one generation; `nil` if there is no database.
    public func current() throws(RepositoryDirectoryError) -> CurrentDatabases? {
        // A generation is removed only after two newer ones came, so a link that stayed means that all was there.
        for _ in 0..<100 {
            guard let generation = try publishedGeneration() else { return try stockMade() }
            let found = try read("\(store)/\(generation)/\(names.database)", "\(store)/\(generation)/\(names.files)")
            if try publishedGeneration() == generation { return found }
        }
        throw .refused(field: path, expected: "a directory at rest")
    }

    /// The generation that clients see, or `nil` where they see files that stock tools put there, or nothing.
    func publishedGeneration() throws(RepositoryDirectoryError) -> String? {
        guard try Files.target(ofLink: "\(path)/\(names.database)") == names.currentDatabase else { return nil }
        return try Files.target(ofLink: "\(store)/current")
    }

    /// What clients find where no generation was published yet.
    func stockMade() throws(RepositoryDirectoryError) -> CurrentDatabases? {
        if let found = try read("\(path)/\(names.shortDatabase)", "\(path)/\(names.shortFiles)") { return found }
        return try read("\(path)/\(names.database)", "\(path)/\(names.files)")
    }

    /// Where the generations are.
    var store: String { "\(path)/.reposeal/\(repository)" }

    /// The names of this repository's files.
    var names: DatabaseNames { DatabaseNames(repository: repository) }

    private func read(_ database: String, _ files: String) throws(RepositoryDirectoryError) -> CurrentDatabases? {
        guard let bytes = try Files.read(database, limit: Self.maximumFileSize) else { return nil }
        return CurrentDatabases(
            database: bytes,
            databaseSignature: try Files.read("\(database).sig", limit: SignedDatabases.maximumSignatureSize),
            files: try Files.read(files, limit: Self.maximumFileSize),
            filesSignature: try Files.read("\(files).sig", limit: SignedDatabases.maximumSignatureSize))
    }
}

/// The names under which clients ask for one repository's databases.
struct DatabaseNames {
    let repository: RepositoryName

    var database: String { "\(repository).db.tar.gz" }
    var files: String { "\(repository).files.tar.gz" }
    var shortDatabase: String { "\(repository).db" }
    var shortFiles: String { "\(repository).files" }
    /// Where the database's public name points.
    var currentDatabase: String { ".reposeal/\(repository)/current/\(database)" }

    /// Every public name with what it links to; a signature comes before what it signs.
    var links: [(name: String, target: String)] {
        [(database, shortDatabase), (files, shortFiles)].flatMap { full, short in
            let store = ".reposeal/\(repository)"
            return [
                ("\(full).sig", "\(store)/current/\(full).sig"), ("\(full)", "\(store)/current/\(full)"),
                ("\(short).sig", "\(full).sig"), (short, full),
                ("\(full).old.sig", "\(store)/previous/\(full).sig"),
                ("\(full).old", "\(store)/previous/\(full)"),
            ]
        }
    }
}
