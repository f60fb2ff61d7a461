import KeyVault

/// A backup of keys has one encoding, and says which keys it holds, each once.
func checkBackup(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let backup = try? KeyBackup(parsing: untrustedBytes) else { return }
    try require(backup.bytes == untrustedBytes, "a backup has one encoding")
    try require(Set(backup.keyNames).count == backup.keyNames.count, "a key is in it once")
    try require(untrustedBytes.count <= KeyBackup.maximumByteCount, "a backup is no larger than its limit")
}
