import CLinux
import Glibc

/// One open file descriptor, owned: it is closed exactly once.
///
/// Every descriptor made here is close-on-exec.
public struct Descriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by; valid only while this value lives.
    public let number: CInt

    /// Takes over a descriptor that nobody else will close.
    public init(adopting number: CInt) {
        self.number = number
    }

    deinit {
        // Linux releases the descriptor even when close(2) reports an error.
        _ = Glibc.close(number)
    }

    /// Closes it and reports what close(2) says, which for some files is the only word of a failed write.
    public consuming func close() throws(DescriptorError) {
        let number = release()
        let result = Glibc.close(number)
        let failure = errno
        if result == -1, failure != EINTR {
            throw .systemCall(SystemCallError(call: "close", number: failure, subject: "descriptor \(number)"))
        }
    }

    /// Gives the number up; the caller must close it.
    public consuming func release() -> CInt {
        let number = number
        discard self
        return number
    }

    /// Makes reads and writes return instead of block, so that a deadline also bounds writes.
    public func setNonblocking() throws(DescriptorError) {
        let flags = try retrying("fcntl", "descriptor \(number)") { creposeal_fcntl(number, F_GETFL, 0) }
        try retrying("fcntl", "descriptor \(number)") { creposeal_fcntl(number, F_SETFL, flags | O_NONBLOCK) }
    }

    /// Another descriptor of what is open, which stays open until both are closed (fcntl(2)).
    public func duplicate() throws(DescriptorError) -> Descriptor {
        Descriptor(
            adopting: try retrying("fcntl", "descriptor \(number)") { creposeal_fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// Waits until nobody else has it locked, and locks it for as long as it is open (flock(2)).
    public func lock() throws(DescriptorError) {
        try retrying("flock", "descriptor \(number)") { flock(number, LOCK_EX) }
    }

    /// Waits until everything written is on the disk (fsync(2)).
    public func synchronize() throws(DescriptorError) {
        try retrying("fsync", "descriptor \(number)") { fsync(number) }
    }
}
