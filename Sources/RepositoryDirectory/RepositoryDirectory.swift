public import ALPMTypes
import Descriptors
import Glibc
import RepositoryDatabase

/// A repository's databases on disk, published so that a reader never sees one without its matching signature.
///
/// The files of a generation lie in `.reposeal/<database>/<number>/`. The names that clients ask for are links that
/// never change, through `.reposeal/<database>/current`, and publishing replaces this one link by an atomic rename.
/// The `.old` names go through `.reposeal/<database>/previous` likewise.
public struct RepositoryDirectory: Sendable {
    /// The names of its files.
    public let names: DatabaseFileNames

    /// How it is changed.
    var changes = DirectoryChanges()

    /// The largest file that is read into memory, in bytes; pacman stops at half of it.
    static let maximumFileSize = 256 << 20

    /// Names a repository's databases by repo-add's argument; the directory must exist once it is used.
    public init(_ names: DatabaseFileNames) {
        self.names = names
    }

    /// Names a repository in a directory, which must exist once it is used.
    public init(path: String, repository: RepositoryName) {
        names = DatabaseFileNames(directory: path, repository: repository)
    }

    /// Begins a generation, after removing what runs that did not end left behind.
    ///
    /// There is one draft at a time: beginning another removes the first one's files.
    public func draft(holding lock: borrowing RepositoryLock) throws(RepositoryDirectoryError) -> Draft {
        try check(lock)
        try Interruption.deferring { () throws(RepositoryDirectoryError) in
            try makeStore()
            try changes.synchronize(names.path(of: ".reposeal"))
            try changes.synchronize(names.directory)
            Publication(directory: self).removeLeftovers()
        }
        return try Publication(directory: self).makeDraft()
    }

    /// Runs on other databases of the directory make and remove the folder around their stores at the same time.
    private func makeStore() throws(RepositoryDirectoryError) {
        for _ in 0..<10 {
            do throws(RepositoryDirectoryError) {
                try changes.makeDirectory(names.path(of: ".reposeal"))
                return try changes.makeDirectory(names.store)
            } catch .system(let error) where [ENOENT, EEXIST].contains(error.number) {
                continue
            }
        }
        try changes.makeDirectory(names.store)
    }

    /// Publishes a draft in one step, and makes what was published before the previous generation.
    ///
    /// Files that stock tools put there are taken over first. An unsigned draft takes the signatures away in the same step.
    /// Returns an error that came after that step, when all is published; the next run tidies up what it left.
    @discardableResult
    public func publish(
        _ draft: consuming Draft, holding lock: borrowing RepositoryLock
    ) throws(RepositoryDirectoryError) -> RepositoryDirectoryError? {
        try check(lock)
        guard draft.names == names else { throw .refused(field: "draft", expected: "a draft of this repository") }
        var remark: RepositoryDirectoryError?
        try Interruption.deferring { () throws(RepositoryDirectoryError) in
            remark = try Publication(directory: self).run(draft)
        }
        return remark
    }

    /// Ends what a publication left that was killed right after its switch, where there is nothing to publish.
    ///
    /// Readers see the same databases before and after.
    public func tidy(holding lock: borrowing RepositoryLock) throws(RepositoryDirectoryError) {
        try check(lock)
        guard try Files.kind(names.store) == .directory else { return }
        try Interruption.deferring { () throws(RepositoryDirectoryError) in
            let publication = Publication(directory: self)
            guard try !Takeover(publication: publication, directory: self).isNeeded() else { return }
            try PublicNames(directory: self).finish()
            publication.removeLeftovers()
        }
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
        let draft = try draft(holding: lock)
        try Files.write(databases.database, to: draft.path(of: .db))
        try Files.write(databases.databaseSignature, to: draft.signaturePath(of: .db))
        try Files.write(databases.files, to: draft.path(of: .files))
        try Files.write(databases.filesSignature, to: draft.signaturePath(of: .files))
        try publish(draft, holding: lock)
    }

    /// Reads what the directory offers now, of one generation; `nil` if there is no database.
    public func current() throws(RepositoryDirectoryError) -> CurrentDatabases? {
        // A generation is removed only after two newer ones came, so a link that stayed means that all was there.
        for _ in 0..<100 {
            guard let generation = try publishedGeneration() else { return try otherMade() }
            let place = "\(names.store)/\(generation)"
            let found = try read("\(place)/\(names.name(of: .db))", "\(place)/\(names.name(of: .files))")
            if try publishedGeneration() == generation { return found }
        }
        throw .refused(field: names.directory, expected: "a directory at rest")
    }

    /// The link that becomes another one whenever the databases change.
    package var currentLink: String { "\(names.store)/current" }

    /// The generation that clients see, or `nil` where they see files that other tools put there, or nothing.
    func publishedGeneration() throws(RepositoryDirectoryError) -> String? {
        let links = PublicLinks(names: names, kind: .db)
        for link in [links.full[1], links.short] {
            guard try Files.target(ofLink: names.path(of: link.name)) == link.target else { return nil }
        }
        return try Files.target(ofLink: "\(names.store)/current")
    }

    /// What clients find where no generation was published yet.
    private func otherMade() throws(RepositoryDirectoryError) -> CurrentDatabases? {
        let (database, files) = (names.path(of: names.shortName(of: .db)), names.path(of: names.shortName(of: .files)))
        if let found = try read(database, files) { return found }
        return try read(names.path(of: .db), names.path(of: .files))
    }

    private func read(_ database: String, _ files: String) throws(RepositoryDirectoryError) -> CurrentDatabases? {
        guard let bytes = try Files.read(database, limit: Self.maximumFileSize) else { return nil }
        return CurrentDatabases(
            database: bytes,
            databaseSignature: try Files.read("\(database).sig", limit: SignedDatabases.maximumSignatureSize),
            files: try Files.read(files, limit: Self.maximumFileSize),
            filesSignature: try Files.read("\(files).sig", limit: SignedDatabases.maximumSignatureSize))
    }

    private func check(_ lock: borrowing RepositoryLock) throws(RepositoryDirectoryError) {
        guard lock.path == names.lockPath else {
            throw .refused(field: "lock", expected: "the lock of this repository")
        }
    }
}
