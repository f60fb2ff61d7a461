import RepositoryDatabase
import SyncDatabase

/// The first byte chooses: bit 0 repairs the checksums of what follows; bit 1 makes it `.files` where it is canonical.
func checkSyncDatabase(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    let file = try MemoryFile(choice & 1 == 0 ? rest : TarRepair.repaired(rest))
    let database = try? SyncDatabase(reading: file.path)
    if let entries = entriesByChunks(of: file.path, as: choice & 2 == 0 ? .db : .files) {
        try require(database?.entries == entries, "two readers find the same entries in a database")
    }
    guard let database else { return }
    try require((try? SyncDatabase(database.entries)) == database, "the entries of a database make it again")
    for entry in database.entries {
        try require(database[entry.directory] == entry, "each entry is found by its directory")
        try require(
            database.entries(named: entry.directory.name).contains(entry), "each entry is found by its name")
        try require(
            entry.fields.allSatisfy { !$0.name.isEmpty && $0.values.allSatisfy { !$0.utf8.contains(0x0a) } },
            "a field has a name and values of one line")
    }
}

/// The entries that are found chunk by chunk; nil if the file is not in the canonical form throughout.
private func entriesByChunks(of path: String, as kind: DatabaseKind) -> [SyncEntry]? {
    guard let file = try? DatabaseFile(opening: path, as: kind), file.isCanonical else { return nil }
    var entries: [SyncEntry] = []
    do { try file.forEachEntry { entries.append($0) } } catch { return nil }
    return entries
}
