public import ALPMTypes
public import Cryptography

/// The entries of one repository, at most one for each package name.
public struct EntrySet: Hashable, Sendable {
    private var byName: [PackageName: RepositoryEntry] = [:]

    /// The set of an empty repository.
    public init() {}

    /// Collects entries in any order; throws when two have one name.
    public init(_ entries: some Sequence<RepositoryEntry>) throws(RepositoryDatabaseError) {
        for entry in entries { try add(entry) }
    }

    /// How many entries there are.
    public var count: Int { byName.count }

    /// Whether there are none.
    public var isEmpty: Bool { byName.isEmpty }

    /// The entry of a name.
    public subscript(name: PackageName) -> RepositoryEntry? { byName[name] }

    /// The entries by the bytes of their directory names, sorted anew at each call.
    public var entries: [RepositoryEntry] { byName.values.sorted { $0.directoryName < $1.directoryName } }

    /// Adds an entry; throws when its name is taken.
    public mutating func add(_ entry: RepositoryEntry) throws(RepositoryDatabaseError) {
        guard byName[entry.name] == nil else { throw .nameTwice(entry.name) }
        byName[entry.name] = entry
    }

    /// Puts an entry in the place of the one with its name, and returns that one.
    @discardableResult
    public mutating func replace(with entry: RepositoryEntry) -> RepositoryEntry? {
        byName.updateValue(entry, forKey: entry.name)
    }

    /// Takes the entry of a name out and returns it.
    @discardableResult
    public mutating func remove(_ name: PackageName) -> RepositoryEntry? {
        byName.removeValue(forKey: name)
    }

    /// The digest under which a quorum approves the whole set, tied to neither codec nor container.
    public var digest: SHA256Digest { EntryListing(self).digest }
}
