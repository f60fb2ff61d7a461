import SyncDatabase

/// The texts of a stock database by directory, before anything is believed about them.
struct StockDatabase {
    private(set) var entries: [String: StockEntry] = [:]
    /// The directories in the order of the database.
    private(set) var order: [String] = []
    /// Members that belong to no entry.
    private(set) var refused: [RefusedEntry] = []

    /// Reads the whole database.
    init(path: String) throws(RepositoryImportError) {
        do throws(SyncDatabaseError) {
            try DatabaseWalk.overDatabase(at: path) { member throws(SyncDatabaseError) in take(member) }
        } catch {
            throw .unreadable(error)
        }
    }

    private mutating func take(_ member: DatabaseWalk.Member) {
        switch member {
        case .directory(let untrustedName): enter(untrustedName)
        case .text(let text, let untrustedDirectory, let untrustedBytes):
            enter(untrustedDirectory)
            entries[untrustedDirectory]?.add(untrustedBytes, as: text)
        case .stray(let untrustedPath):
            refused.append(
                RefusedEntry(untrustedName: untrustedPath, reason: "it is neither desc, depends nor files of an entry"))
        }
    }

    private mutating func enter(_ directory: String) {
        if entries.updateValue(entries[directory] ?? StockEntry(), forKey: directory) == nil { order.append(directory) }
    }
}
