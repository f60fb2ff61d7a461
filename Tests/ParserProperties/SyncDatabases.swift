import SyncDatabase

/// The first byte chooses: bit 0 repairs the checksums of what follows.
func checkSyncDatabase(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    let file = try MemoryFile(choice & 1 == 0 ? rest : TarRepair.repaired(rest))
    guard let database = try? SyncDatabase(reading: file.path) else { return }
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
