package import Descriptors
import Glibc

/// Which file a path leads to, and when it last changed in any way: who finds the same again has the same bytes before them.
package struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modified: Int128
    private let changed: Int128

    /// Whether the last change was so long ago that a later one shows.
    ///
    /// Two changes within one tick of the kernel's clock, or within one second where a file system keeps no more, leave the same
    /// times.
    package let isSettled: Bool

    /// What lies at a path, links followed; nil if nothing does (stat(2)).
    package init?(of path: String) throws(DescriptorError) {
        var status = stat()
        let result = unsafe stat(path, &status)
        let number = errno
        guard result == 0 else {
            if [ENOENT, ENOTDIR].contains(number) { return nil }
            throw .systemCall(SystemCallError(call: "stat", number: number, subject: path))
        }
        var now = status.st_ctim
        let told = unsafe clock_gettime(CLOCK_REALTIME, &now)
        precondition(told == 0, "every Linux has this clock")
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Self.nanoseconds(status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        changed = Self.nanoseconds(status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
        let margin: Int128 = status.st_ctim.tv_nsec == 0 ? 2_000_000_000 : 100_000_000
        isSettled = Self.nanoseconds(now.tv_sec, now.tv_nsec) - max(modified, changed) > margin
    }

    private static func nanoseconds(_ seconds: Int, _ further: Int) -> Int128 {
        Int128(seconds) * 1_000_000_000 + Int128(further)
    }

    /// Whether both are of the same file in the same state.
    package static func == (a: FileIdentity, b: FileIdentity) -> Bool {
        (a.device, a.inode, a.size, a.modified, a.changed) == (b.device, b.inode, b.size, b.modified, b.changed)
    }

    /// Feeds what makes two equal.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(device)
        hasher.combine(inode)
        hasher.combine(size)
        hasher.combine(modified)
        hasher.combine(changed)
    }
}
