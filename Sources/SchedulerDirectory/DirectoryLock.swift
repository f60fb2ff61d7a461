import Descriptors
import Glibc
import Publisher

/// The right to work on a directory, held by at most one process at a time and given back by its end at the latest.
struct DirectoryLock: ~Copyable {
    private let file: Descriptor

    /// Takes the lock, waiting at most `patience` seconds, or says who holds it.
    init(of layout: DirectoryLayout, patience: UInt64) throws(SchedulerDirectoryError) {
        let file = try durably {
            try Descriptor.opening(layout.lock, flags: O_RDWR | O_CREAT, permissions: 0o644)
        }
        let end = SystemClock.monotonicNanoseconds() + patience * 1_000_000_000
        while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
            guard SystemClock.monotonicNanoseconds() < end else {
                let holder = (try? DurableFile.read(layout.lock, limit: 64)) ?? []
                let digits = holder.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                throw .locked(directory: layout.root, holder: String(decoding: digits, as: UTF8.self))
            }
            usleep(50_000)
        }
        _ = ftruncate(file.number, 0)
        try durably { try file.writeAll(Array("\(getpid())\n".utf8)) }
        self.file = file
    }

    deinit {
        // A process that is being started just now may hold a copy of the descriptor until it runs its program.
        _ = flock(file.number, LOCK_UN)
    }
}
