/// Makes the bytes of a database from its entries alone.
public enum RepositoryDatabaseWriter {
    /// Encodes a database; the result depends on nothing but the set, the kind and the codec.
    ///
    /// Throws `databaseTooLarge` above `Limits.database`.
    public static func encode(
        _ set: EntrySet, as kind: DatabaseKind
    ) throws(RepositoryDatabaseError) -> EncodedDatabase {
        var assembly = DatabaseAssembly(kind)
        try TarChunk.cut(set.entries.lazy.map(ArchivedEntry.init), kind: kind) {
            chunk throws(RepositoryDatabaseError) in
            try assembly.add(DatabaseChunk(chunk))
        }
        return try assembly.finish()
    }
}
