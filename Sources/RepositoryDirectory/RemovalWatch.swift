import Descriptors
import Glibc

/// Reports that names went from a directory (inotify(7)).
struct RemovalWatch: ~Copyable {
    private let events: Descriptor

    /// Watches a directory from now on.
    init(directory: String) throws(RepositoryDirectoryError) {
        let flags = CInt(IN_CLOEXEC | IN_NONBLOCK)
        let events = Descriptor(adopting: try Files.call("inotify_init1", directory) { inotify_init1(flags) })
        try Files.call("inotify_add_watch", directory) {
            unsafe inotify_add_watch(events.number, directory, UInt32(IN_DELETE | IN_MOVED_FROM))
        }
        self.events = events
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
