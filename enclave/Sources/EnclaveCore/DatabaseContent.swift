public import RepositoryDatabase

/// Both files of one serial of a database, and the listing of their entries.
public struct DatabaseContent: Sendable {
    /// The `.db`.
    public let database: EncodedDatabase
    /// The `.files`.
    public let filesDatabase: EncodedDatabase
    /// What is in them.
    public let listing: EntryListing

    /// Joins what was read; the caller has compared each with what was signed.
    public init(database: EncodedDatabase, filesDatabase: EncodedDatabase, listing: EntryListing) {
        self.database = database
        self.filesDatabase = filesDatabase
        self.listing = listing
    }

    /// Encodes all entries.
    public init(encoding entries: EntrySet) throws(RepositoryDatabaseError) {
        self.init(
            database: try RepositoryDatabaseWriter.encode(entries, as: .db),
            filesDatabase: try RepositoryDatabaseWriter.encode(entries, as: .files), listing: EntryListing(entries))
    }

    /// The next serial, for the price of what changes; an entry that is replaced is removed and added.
    func updated(
        removing removed: [RepositoryEntry], adding added: [RepositoryEntry]
    ) throws(RepositoryDatabaseError) -> DatabaseContent {
        let directories = removed.map(\.directoryName)
        return DatabaseContent(
            database: try database.updated(removing: directories, adding: added),
            filesDatabase: try filesDatabase.updated(removing: directories, adding: added),
            listing: listing.updated(removing: directories, adding: added))
    }
}
