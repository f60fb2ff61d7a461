import Descriptors
import Glibc
public import JailRecords

/// The end of a key: its sealed file is overwritten and removed, and nothing signs with it any more.
public enum KeyRemoval {
    /// Removes `SELECTOR.key` and a request; the public file stays as `SELECTOR.pub`, since signatures stay.
    ///
    /// The file is overwritten first, which a file system that copies on write, or a disk that moves blocks, does not turn
    /// into the loss of the old bytes; they are sealed in any case.
    public static func retire(_ selector: KeySelector, in directory: String) throws(KeyVaultError) {
        let keys = try SealedKey.all(in: directory).filter { $0.key.selector == selector }
        guard let (path, _) = keys.first else { throw .noSuchKey(selector.description) }
        if keys.count > 1 { throw .sameKey(path, keys[1].path) }
        try overwrite(path)
        try translating {
            try FileSystem.remove(path)
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
