package import Descriptors
import Glibc

/// What the file system says of one file.
package struct FileStatus: Hashable, Sendable {
    /// Bytes.
    package let size: UInt64
    /// When the content last changed, in nanoseconds since 1970.
    package let changed: Int64

    /// What a path leads to, links followed; nil if it leads to no regular file (stat(2)).
    package init?(of path: String) throws(DescriptorError) {
        var status = stat()
        let result = unsafe stat(path, &status)
        let number = errno
        guard result == 0 else {
            if [ENOENT, ENOTDIR, ELOOP].contains(number) { return nil }
            throw .systemCall(SystemCallError(call: "stat", number: number, subject: path))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        size = UInt64(status.st_size)
        changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }
}
