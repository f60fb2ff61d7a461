import Descriptors
import Glibc
import Synchronization

/// Where the watching thread reads which signal came, as one byte.
///
/// Outside of every type, because neither thread nor signal handler can capture anything.
private let readingEnd = Atomic<CInt>(-1)

/// Where the signal handler writes it.
private let writingEnd = Atomic<CInt>(-1)

/// Lets a thread of its own wait for the signals that ask a process to end.
///
/// What it does need not be safe in a signal handler, which may do next to nothing (signal-safety(7)).
enum SignalWatch {
    /// Watches from now on for those of the signals that still have their default action; to be called once.
    static func begin() throws(RepositoryDirectoryError) {
        var ends: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | O_CLOEXEC  // SOCK_CLOEXEC has the value of O_CLOEXEC
        try Files.call("socketpair", "this process") { unsafe socketpair(AF_UNIX, type, 0, &ends) }
        readingEnd.store(ends[0], ordering: .sequentiallyConsistent)
        writingEnd.store(ends[1], ordering: .sequentiallyConsistent)
        try startThread()
        for number in Interruption.signals {
            let former = signal(number) { number in
                let saved = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = unsafe write(writingEnd.load(ordering: .relaxed), &byte, 1)
                errno = saved
            }
            if former != nil { signal(number, former) }
        }
    }

    private static func startThread() throws(RepositoryDirectoryError) {
        var thread = pthread_t()
        let number = unsafe pthread_create(
            &thread, nil,
            { _ in
                // A parent with a thread pool may have started this process with its own signals blocked.
                Interruption.unblockSignals()
                var byte: UInt8 = 0
                while unsafe read(readingEnd.load(ordering: .relaxed), &byte, 1) != 1 {}
                Interruption.end(by: CInt(byte))
            }, nil)
        guard number == 0 else {
            throw .system(SystemCallError(call: "pthread_create", number: number, subject: "this process"))
        }
    }
}
