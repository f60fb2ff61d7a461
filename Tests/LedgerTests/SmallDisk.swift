import Foundation
import TestSupport

/// A file system of its own in memory, small enough to fill; unmounted with this value.
///
/// Only root can make one.
final class SmallDisk {
    private let folder: TemporaryDirectory
    var path: String { folder.path }

    init(megabytes: Int) throws {
        folder = try TemporaryDirectory()
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=700", "tmpfs", folder.path)
    }

    deinit { _ = try? Tool("umount", "-l", folder.path).run() }

    /// Writes a file of zeros, so that only so many megabytes are left.
    func fill(leaving megabytes: Int) throws {
        let attributes = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        let kibibytes = free / 1024 - megabytes * 1024
        try Self.run("dd", "if=/dev/zero", "of=\(path)/filler", "bs=1024", "count=\(kibibytes)", "status=none")
    }

    /// Removes what `fill` wrote.
    func empty() throws { try FileManager.default.removeItem(atPath: "\(path)/filler") }

    /// Mounts the disk anew with other options, such as `ro`.
    func remount(_ options: String) throws { try Self.run("mount", "-o", "remount,\(options)", path) }

    private static func run(_ words: String...) throws {
        let result = try Tool(words).run()
        guard result.status == 0 else { throw TestSupportError("\(words[0]): \(result.complaint)") }
    }
}
