import Descriptors
import Glibc

/// Reports that names went from a directory (inotify(7)).
struct RemovalWatch: ~Copyable {
    private let events: Descriptor
    /// Whether the kernel gave a watch.
    let isWatching: Bool

    /// Watches a directory from now on; where the kernel has no watch to give, nothing is ever reported.
    init(directory: String) throws(RepositoryDirectoryError) {
        let flags = CInt(IN_CLOEXEC | IN_NONBLOCK)
        let number = inotify_init1(flags)
        guard number >= 0 else {
            // A socket that nobody knows never becomes readable.
            let type = CInt(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK
            events = Descriptor(adopting: try Files.call("socket", directory) { socket(AF_UNIX, type, 0) })
            isWatching = false
            return
        }
        events = Descriptor(adopting: number)
        isWatching = unsafe inotify_add_watch(events.number, directory, UInt32(IN_DELETE | IN_MOVED_FROM)) >= 0
    }

    /// Waits until a name went since the last call, or the time has passed.
    func wait(milliseconds: UInt64) throws(RepositoryDirectoryError) {
        do throws(DescriptorError) {
            try events.wait(for: .readable, until: Deadline(milliseconds: milliseconds))
            _ = try events.read(atMost: 1 << 16)
        } catch .timedOut {
            return
        } catch { throw RepositoryDirectoryError(error) }
    }
}
