import CLinux
import Glibc

/// Changes to names in directories.
public enum FileSystem {
    /// Replaces `target` by `source` in one step (rename(2)).
    public static func rename(_ source: String, to target: String) throws(DescriptorError) {
        try retrying("rename", "\(source) to \(target)") { unsafe Glibc.rename(source, target) }
    }

    /// Removes a file's name (unlink(2)).
    public static func remove(_ path: String) throws(DescriptorError) {
        try retrying("unlink", path) { unsafe unlink(path) }
    }

    /// Gives a file one more name, which must not exist yet (link(2)).
    public static func link(_ source: String, to target: String) throws(DescriptorError) {
        try retrying("link", "\(source) to \(target)") { unsafe Glibc.link(source, target) }
    }

    /// Whether something has this name, a link that leads nowhere too (lstat(2)).
    public static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Whether two names are those of one file (lstat(2)).
    public static func isSameFile(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        guard unsafe lstat(first, &one) == 0, unsafe lstat(second, &other) == 0 else { return false }
        return one.st_ino == other.st_ino && one.st_dev == other.st_dev
    }

    /// Makes the names in a directory durable.
    public static func synchronizeDirectory(_ path: String) throws(DescriptorError) {
        try Descriptor.opening(path, flags: O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// The names in a directory, without `.` and `..`, sorted by their bytes.
    public static func names(inDirectory path: String) throws(DescriptorError) -> [String] {
        guard let directory = unsafe opendir(path) else {
            throw .systemCall(SystemCallError(call: "opendir", number: errno, subject: path))
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        // Only so does readdir(3) tell an end from an error.
        let failure = errno
        guard failure == 0 else {
            throw .systemCall(SystemCallError(call: "readdir", number: failure, subject: path))
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
