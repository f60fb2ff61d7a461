import RepositoryDatabase

/// The first byte chooses: bit 0 takes what follows as tar and compresses it as one chunk, bit 1 makes it `.files`.
func checkCanonicalDatabase(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    let kind: DatabaseKind = choice & 2 == 0 ? .db : .files
    guard let untrustedDatabase = choice & 1 == 0 ? rest : canonicalForm(ofTar: rest),
        let entries = try? RepositoryDatabaseReader.read(untrustedDatabase, kind: kind)
    else { return }
    try require(
        (try? RepositoryDatabaseWriter.encode(entries, as: kind).bytes) == untrustedDatabase,
        "what the reader takes is what the writer makes of it")
}

/// The members of a tar as a database of two chunks, the last with the end of the archive.
func canonicalForm(ofTar untrustedTar: [UInt8]) -> [UInt8]? {
    let end = [UInt8](repeating: 0, count: ChunkRule.endLength(afterArchive: untrustedTar.count))
    let path = String(decoding: untrustedTar.prefix { $0 != 0 && $0 != UInt8(ascii: "/") }.prefix(255), as: UTF8.self)
    guard let members = try? GzipMember.encode(untrustedTar, first: path),
        let last = try? GzipMember.encode(end, first: nil)
    else { return nil }
    return members + last
}
