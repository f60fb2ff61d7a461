import Descriptors
import Glibc
import RepositoryDatabase
import SyncDatabase

/// The first byte chooses: bit 0 takes what follows as tar and compresses it as one chunk, bit 1 makes it `.files`, bits 2
/// and 3 say which entry goes, bits 4 to 7 which of four entries come.
func checkDatabaseUpdate(_ untrustedBytes: [UInt8]) async throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    let kind: DatabaseKind = choice & 2 == 0 ? .db : .files
    guard let untrustedDatabase = choice & 1 == 0 ? rest : canonicalForm(ofTar: rest) else { return }
    let old = try MemoryFile(untrustedDatabase)
    guard let file = try? DatabaseFile(opening: old.path, as: kind) else { return }
    let added = SyncEntry.samples.enumerated().filter { choice >> (4 + $0.offset) & 1 != 0 }.map(\.element)
    guard let entries = try? file.allEntries() else {
        guard let updated = await bytes(of: file, removing: [], adding: added) else { return }
        let new = try MemoryFile(updated)
        try require(
            (try? DatabaseFile(opening: new.path, as: kind))?.isCanonical == true,
            "an update of what is damaged in part keeps the canonical form")
        return
    }
    try await checkLookups(of: entries, in: file)
    let ends = [entries.first, entries.last].compactMap { $0?.directory }
    let removed = choice & 4 == 0 ? [] : Array(ends.dropFirst(Int(choice >> 3 & 1)).prefix(1))
    let gone = Set(removed + added.map(\.directory))
    let all = entries.filter { !gone.contains($0.directory) } + added
    let updated = await bytes(of: file, removing: removed, adding: added)
    try require(updated != nil, "what can be read can be updated")
    let anew = await bytes(of: DatabaseFile(emptyOf: kind), removing: [], adding: all)
    try require(updated == anew, "an update makes the same bytes as all entries anew")
}

private func checkLookups(of entries: [SyncEntry], in file: DatabaseFile) async throws(BrokenRule) {
    for entry in entries {
        let name = entry.directory.name
        let found = try? await file.entries(named: [name])
        try require(
            found == entries.filter { $0.directory.name.utf8.elementsEqual(name.utf8) },
            "a lookup finds all versions of a name and nothing else")
    }
}

extension DatabaseFile {
    /// Every entry, in order.
    fileprivate func allEntries() throws(SyncDatabaseError) -> [SyncEntry] {
        var entries: [SyncEntry] = []
        try forEachEntry { entries.append($0) }
        return entries
    }
}

extension SyncEntry {
    /// Entries that come: in front of most, in the place of a seed's, where a chunk begins, behind most.
    fileprivate static let samples: [SyncEntry] = ["a+-1:1-1", "plain-1.0-1", "marked2551-2-1", "é~-1..0-1"].compactMap
    {
        guard let directory = try? EntryName(parsing: $0) else { return nil }
        return SyncEntry(directory: directory, desc: Array("%NAME%\n\($0)\n\n".utf8), files: nil)
    }
}

/// The bytes of a file after an update, or nil if there is an error.
private func bytes(
    of file: DatabaseFile, removing removed: [EntryName], adding added: [SyncEntry]
) async -> [UInt8]? {
    let directory = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let path = "\(directory)/reposeal-update-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileSystem.remove(path) }
    do {
        try await file.update(removing: removed, adding: added, compression: .gzip, to: path)
        return try Descriptor.reading(path).readToEnd(limit: 1 << 28)
    } catch {
        return nil
    }
}
