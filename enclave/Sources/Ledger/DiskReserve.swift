import Glibc

/// Disk space beside the ledger that is taken ahead of need, so that an accepted job can be finished on a full disk (H21).
public struct DiskReserve: Sendable {
    /// How much is taken, in bytes: what one ordinary job writes.
    public static let byteCount: UInt64 = 16 << 20

    private let path: String

    /// The reserve in a directory; nothing is done yet.
    public init(inDirectory directory: String) { path = "\(directory)/ledger.reserve" }

    /// Takes the space unless it is taken; false if the disk has too little.
    public func take() throws(LedgerError) -> Bool {
        let descriptor = try open()
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .file(operation: "fstat the reserve", number: errno) }
        if UInt64(max(status.st_blocks, 0)) * 512 >= Self.byteCount { return true }
        // It returns the error number and does not set errno (posix_fallocate(3)).
        switch posix_fallocate(descriptor, 0, off_t(Self.byteCount)) {
        case 0: return true
        case ENOSPC:
            // What was found of it is of more use to others.
            guard ftruncate(descriptor, 0) == 0 else { throw .file(operation: "empty the reserve", number: errno) }
            return false
        case let number: throw .file(operation: "take the reserve", number: number)
        }
    }

    /// Gives the space back to the disk.
    public func release() throws(LedgerError) {
        let descriptor = try open()
        defer { close(descriptor) }
        guard ftruncate(descriptor, 0) == 0 else { throw .file(operation: "empty the reserve", number: errno) }
    }

    /// How many bytes this process may still write on the disk, besides the reserve.
    public func freeBytes() throws(LedgerError) -> UInt64 {
        let descriptor = try open()
        defer { close(descriptor) }
        var status = statvfs()
        guard unsafe fstatvfs(descriptor, &status) == 0 else {
            throw .file(operation: "fstatvfs the reserve", number: errno)
        }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    private func open() throws(LedgerError) -> CInt {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(operation: "open the reserve", number: errno) }
        return descriptor
    }
}
