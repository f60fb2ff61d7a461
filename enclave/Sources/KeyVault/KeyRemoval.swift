public import JailRecords

/// The end of a key: its sealed file is overwritten and removed, and nothing signs with it any more.
public enum KeyRemoval {
    /// Removes `SELECTOR.key` and a request, or `SELECTOR.token`, and says which; the public file stays as `SELECTOR.pub`, since signatures stay.
    ///
    /// The file is overwritten first, which a file system that copies on write, or a disk that moves blocks, does not turn
    /// into the loss of the old bytes; they are sealed in any case.
    ///
    /// It has another name before that, so that whatever interrupts this leaves a key or none, never a file of zeros for one.
    /// A log ends with its key: that of a log goes only if that is meant.
    @discardableResult
    public static func retire(
        _ selector: KeySelector, in path: String, endingItsLog: Bool = false
    ) throws(KeyVaultError) -> KeyEntry.Place {
        let directory = try VaultDirectory.changing(path)
        let keys = try SealedKey.all(in: path).filter { $0.key.selector == selector }
        guard let (keyPath, key) = keys.first else {
            guard let entry = try KeyEntry.tokenKeys(in: path).first(where: { $0.selector == selector }) else {
                throw .noSuchKey(selector.description)
            }
            try directory.remove("\(selector).token")
            return entry.place
        }
        if keys.count > 1 { throw .sameKey(keyPath, keys[1].path) }
        if key.use == .log, !endingItsLog { throw .endsItsLog(selector.description) }
        try directory.retire(selector, at: keyPath)
        return .sealedFile
    }
}
