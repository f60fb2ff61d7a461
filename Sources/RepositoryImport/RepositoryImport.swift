import ALPMTypes
public import RepositoryDatabase
public import SyncDatabase

/// Why a stock database cannot be read at all.
public enum RepositoryImportError: Error, Equatable, CustomStringConvertible {
    /// The file is no archive that can be read to its end, or larger than any repository.
    case unreadable(SyncDatabaseError)

    /// One sentence that names the file.
    public var description: String {
        switch self {
        case .unreadable(let error): error.description
        }
    }
}

/// An entry of a stock database that cannot be kept.
public struct RefusedEntry: Hashable, Sendable {
    /// The entry's directory, with control characters replaced.
    public let directoryName: String
    /// What stands against it.
    public let reason: String
}

/// What came out of a stock database.
public struct ImportedRepository: Equatable, Sendable {
    /// The entries in the strict form; a quorum approves `entries.digest`.
    public let entries: EntrySet
    /// What was refused, in the order of the database.
    public let refused: [RefusedEntry]
}

/// Reads databases that stock repo-add wrote.
public enum RepositoryImport {
    /// Reads a database of any compression, in descv1 or descv2, and file lists from a files database if there is one.
    ///
    /// `%MD5SUM%` and `%PGPSIG%` are dropped and fields are put in canonical order; an entry whose file list is nowhere gets
    /// an unknown one. What the strict grammar refuses is listed with its reason; an unreadable archive is an error.
    public static func read(
        databasePath: String, filesDatabasePath: String? = nil
    ) throws(RepositoryImportError) -> ImportedRepository {
        let database = try StockDatabase(path: databasePath)
        let filesDatabase = try filesDatabasePath.map { path throws(RepositoryImportError) in
            try StockDatabase(path: path)
        }
        var entries = EntrySet()
        var refused = database.refused + (filesDatabase?.refused ?? [])
        for directory in database.order {
            let stock = database.entries[directory] ?? StockEntry()
            do throws(EntryRefusal) {
                let entry = try stock.entry(directory: directory, listedBy: filesDatabase?.entries[directory])
                guard entries[entry.name] == nil else {
                    throw EntryRefusal("another version of the package came first")
                }
                entries.replace(with: entry)
            } catch {
                refused.append(RefusedEntry(untrustedName: directory, reason: error.reason))
            }
        }
        for directory in filesDatabase?.order ?? [] where database.entries[directory] == nil {
            refused.append(RefusedEntry(untrustedName: directory, reason: "it is in the files database alone"))
        }
        return ImportedRepository(entries: entries, refused: refused)
    }
}

/// Why one entry is refused.
struct EntryRefusal: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    init(_ error: RepositoryDatabaseError) {
        reason = error.description
    }
}

extension RefusedEntry {
    init(untrustedName: String, reason: String) {
        directoryName = untrustedName.printable
        self.reason = reason
    }
}
