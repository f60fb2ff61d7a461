import ALPMTypes
public import RepositoryDatabase
public import SyncDatabase

/// What an update does to the entries of a repository, decided before anything is written.
///
/// Packages and names are taken one after the other, as repo-add takes them, so that a later one sees what an earlier one did.
public struct UpdatePlan: Equatable, Sendable {
    /// What becomes of one argument.
    public enum Step: Equatable, Sendable {
        /// The package enters, in the place of these entries.
        case adds(NewPackage, replacing: [EntryName], remarks: [Remark])
        /// The package stays out.
        case skips(NewPackage, because: Remark)
        /// The entries of a name go.
        case removes(name: String, entries: [EntryName])
    }

    /// What a person may want to know of a package that is there already.
    public enum Remark: Equatable, Sendable {
        /// The repository has this very version.
        case alreadyThere(EntryName)
        /// The repository has a newer version by vercmp.
        case newerPresent(EntryName)
    }

    /// The steps in the order of the arguments.
    public private(set) var steps: [Step] = []
    /// Names of packages that are not there to be removed; if there are any, nothing may be written.
    public private(set) var unknownNames: [String] = []
    /// The package files that no entry needs any more, if their deletion was asked for.
    public private(set) var obsoleteFiles: [ObsoleteFile] = []

    private var present: PresentEntries
    private var touched: Set<[UInt8]> = []

    /// Plans to add packages to a repository of which `present` are the entries of the same names, or more.
    public init(adding packages: [NewPackage], to present: [SyncEntry], options: UpdateOptions) {
        self.present = PresentEntries(present)
        for package in packages { add(package, options) }
        obsoleteFiles.removeAll { self.present.needs(fileName: $0.fileName) }
    }

    /// Plans to remove the packages of these names, whose files lie in `directory`.
    public init(removing names: [String], from present: [SyncEntry], in directory: String, options: UpdateOptions) {
        self.present = PresentEntries(present)
        for name in names {
            let entries = self.present.take(named: name)
            guard !entries.isEmpty else {
                unknownNames.append(name)
                continue
            }
            touched.insert(Array(name.utf8))
            steps.append(.removes(name: name, entries: entries.map(\.directory)))
            if options.removesOldPackages { discardFiles(of: entries, in: directory) }
        }
        obsoleteFiles.removeAll { self.present.needs(fileName: $0.fileName) }
    }

    private mutating func add(_ package: NewPackage, _ options: UpdateOptions) {
        let directory = package.entry.directory
        let found = present.entries(named: directory.name)
        let isThere = found.contains { $0.directory == directory }
        let newer = found.map(\.directory).first { VersionComparison.vercmp($0.version, directory.version) > 0 }
        var remarks: [Remark] = []
        if isThere {
            remarks.append(.alreadyThere(directory))
        } else if let newer {
            remarks.append(.newerPresent(newer))
        }
        if let remark = remarks.first, isThere ? options.onlyNew : options.preventsDowngrade {
            steps.append(.skips(package, because: remark))
            return
        }
        let replaced = present.take(named: directory.name)
        present.put(package.entry)
        touched.insert(Array(directory.name.utf8))
        steps.append(.adds(package, replacing: replaced.map(\.directory), remarks: remarks))
        // As with stock, an entry of the very same version is replaced without touching its file.
        if options.removesOldPackages {
            discardFiles(of: replaced.filter { $0.directory != directory }, in: package.directory)
        }
    }

    private mutating func discardFiles(of entries: [SyncEntry], in directory: String) {
        obsoleteFiles += entries.map { ObsoleteFile(of: $0, in: directory) }
    }

    /// What has to change in a database that holds `found`, which must have every entry of a touched name.
    ///
    /// What stays the same is in neither list.
    public func change(of found: [SyncEntry], in kind: DatabaseKind) -> EntryChange {
        let before = found.filter { touched.contains(Array($0.directory.name.utf8)) }
        let after = present.all.filter { touched.contains(Array($0.directory.name.utf8)) }.map {
            SyncEntry(directory: $0.directory, desc: $0.desc, files: kind == .files ? $0.files : nil)
        }
        return EntryChange(
            removing: before.filter { !after.contains($0) }.map(\.directory),
            adding: after.filter { !before.contains($0) })
    }
}

/// The difference between a database and what it is to be.
public struct EntryChange: Equatable, Sendable {
    /// The entries that go; one that comes in another form goes first.
    public let removing: [EntryName]
    /// The entries that come.
    public let adding: [SyncEntry]

    /// Whether nothing differs.
    public var isEmpty: Bool { removing.isEmpty && adding.isEmpty }
}

extension NewPackage {
    /// The directory in which the package file lies.
    var directory: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
