import EvidenceSigning
import RepositoryImport

/// A database as a mirror has it, of any compression and kind.
enum StockRepository {
    /// Reads a database file, or the one of a repository in a mirror's or a scheduler's folder.
    static func read(
        _ path: String, named repository: String, files: String? = nil
    ) throws(RepositoryImportError) -> ImportedRepository {
        let candidates = ["\(path)/\(repository).db", "\(path)/db"]
        let database = candidates.first(where: WholeFile.exists) ?? path
        return try RepositoryImport.read(databasePath: database, filesDatabasePath: files)
    }
}
