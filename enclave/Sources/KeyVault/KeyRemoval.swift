import Descriptors
import Glibc
public import JailRecords

/// The end of a key: its sealed file is overwritten and removed, and nothing signs with it any more.
public enum KeyRemoval {
    /// Removes `SELECTOR.key` and a request; the public file stays as `SELECTOR.pub`, since signatures stay.
    ///
    /// The file is overwritten first, which a file system that copies on write, or a disk that moves blocks, does not turn
    /// into the loss of the old bytes; they are sealed in any case.
    ///
    /// It has another name before that, so that whatever interrupts this leaves a key or none, never a file of zeros for one.
    /// A log ends with its key: that of a log goes only if that is meant.
    public static func retire(
        _ selector: KeySelector, in directory: String, endingItsLog: Bool = false
    ) throws(KeyVaultError) {
        let keys = try SealedKey.all(in: directory).filter { $0.key.selector == selector }
        guard let (path, key) = keys.first else { throw .noSuchKey(selector.description) }
        if keys.count > 1 { throw .sameKey(path, keys[1].path) }
        if key.use == .log, !endingItsLog { throw .endsItsLog(selector.description) }
        let retired = "\(directory)/\(selector).retired"
        try translating {
            try FileSystem.rename(path, to: retired)
            try FileSystem.synchronizeDirectory(directory)
        }
        try overwrite(retired)
        try translating {
            try FileSystem.remove(retired)
            try FileSystem.synchronizeDirectory(directory)
        }
        try Certification.withdrawRequest(of: selector, in: directory)
    }

    private static func overwrite(_ path: String) throws(KeyVaultError) {
        try translating {
            let file = try Descriptor.opening(path, flags: O_WRONLY | O_NOFOLLOW)
            let zeros = [UInt8](repeating: 0, count: SealedKey.maximumByteCount)
            try file.writeAll(zeros)
            try file.synchronize()
        }
    }
}
