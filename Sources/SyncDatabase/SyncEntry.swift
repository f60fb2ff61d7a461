public import RepositoryDatabase

/// One entry of a sync database, byte for byte as it stands there.
///
/// What `desc` and `files` say is not believed; `RepositoryEntry` is the type for entries that an enclave would take.
public struct SyncEntry: Hashable, Sendable {
    /// The entry's directory.
    public let directory: EntryName
    /// The bytes of `desc`.
    public let desc: [UInt8]
    /// The bytes of `files`; nil if the database has no list for the package.
    public let files: [UInt8]?

    /// Joins the three.
    public init(directory: EntryName, desc: [UInt8], files: [UInt8]?) {
        self.directory = directory
        self.desc = desc
        self.files = files
    }

    /// The entry of the strict grammar as one among those that are not.
    public init(_ entry: RepositoryEntry) {
        self.init(directory: EntryName(entry.directoryName), desc: entry.descBytes, files: entry.filesBytes)
    }

    /// Parses the directory of an entry that the container held.
    init(_ untrustedEntry: ArchivedEntry) throws(SyncDatabaseError) {
        self.init(
            directory: try EntryName(parsing: untrustedEntry.directory), desc: untrustedEntry.desc,
            files: untrustedEntry.files)
    }

    /// The entry as the container holds it.
    var archived: ArchivedEntry { ArchivedEntry(directory: directory.text, desc: desc, files: files) }
}
