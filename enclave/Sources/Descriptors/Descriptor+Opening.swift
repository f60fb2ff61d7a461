import CLinux
import Glibc

extension Descriptor {
    /// Opens a file to read.
    public static func reading(_ path: String) throws(DescriptorError) -> Descriptor {
        try opening(path, flags: O_RDONLY, permissions: 0)
    }

    /// Creates a file that must not exist yet, to write and read (O_EXCL; a link there is refused too).
    public static func creating(_ path: String, permissions: UInt32 = 0o600) throws(DescriptorError) -> Descriptor {
        try opening(path, flags: O_RDWR | O_CREAT | O_EXCL, permissions: permissions)
    }

    /// Opens a file with flags of open(2), to which close-on-exec is added.
    public static func opening(
        _ path: String, flags: CInt, permissions: UInt32 = 0o600
    ) throws(DescriptorError) -> Descriptor {
        let number = try retrying("open", path) { unsafe creposeal_open(path, flags | O_CLOEXEC, permissions) }
        return Descriptor(adopting: number)
    }

    /// Another descriptor of this process's standard input.
    public static func standardInput() throws(DescriptorError) -> Descriptor {
        let number = try retrying("fcntl", "standard input") { creposeal_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) }
        return Descriptor(adopting: number)
    }

    /// An anonymous file in memory, empty, to write and read (memfd_create(2)).
    public static func memory(name: String) throws(DescriptorError) -> Descriptor {
        let flags = UInt32(MFD_CLOEXEC | MFD_ALLOW_SEALING)
        let number = try retrying("memfd_create", name) { unsafe creposeal_memfd_create(name, flags) }
        return Descriptor(adopting: number)
    }

    /// Seals a file in memory against writing, growing, shrinking and unsealing, and goes to its start (fcntl(2)).
    public func seal() throws(DescriptorError) {
        try rewind()
        try retrying("fcntl", "a file in memory") {
            creposeal_fcntl(number, CREPOSEAL_F_ADD_SEALS, CREPOSEAL_SEALS)
        }
    }

    /// Goes to the start of the file, or to another position in it (lseek(2)).
    public func rewind(to position: Int = 0) throws(DescriptorError) {
        try retrying("lseek", "descriptor \(number)") { lseek(number, position, SEEK_SET) }
    }

    /// Cuts the file to so many bytes (ftruncate(2)).
    public func truncate(to byteCount: Int) throws(DescriptorError) {
        try retrying("ftruncate", "descriptor \(number)") { ftruncate(number, byteCount) }
    }

    /// The type and permission bits of what is open and whose it is, `st_mode` and `st_uid` of fstat(2).
    public func status() throws(DescriptorError) -> (mode: UInt32, owner: UInt32) {
        var status = stat()
        try retrying("fstat", "descriptor \(number)") { unsafe fstat(number, &status) }
        return (status.st_mode, status.st_uid)
    }
}

/// A pipe: what is written to `writer` comes out of `reader`.
public struct Pipe: ~Copyable {
    /// The end to read from.
    public let reader: Descriptor
    /// The end to write to.
    public let writer: Descriptor

    /// Makes a pipe whose ends are both close-on-exec.
    public init() throws(DescriptorError) {
        var ends: [CInt] = [-1, -1]
        try retrying("pipe2", "a pipe") { unsafe creposeal_pipe2(&ends, O_CLOEXEC) }
        reader = Descriptor(adopting: ends[0])
        writer = Descriptor(adopting: ends[1])
    }

    /// Closes the end to write to and gives the other one away.
    public consuming func takeReader() -> Descriptor { reader }

    /// Closes the end to read from and gives the other one away.
    public consuming func takeWriter() -> Descriptor { writer }
}
