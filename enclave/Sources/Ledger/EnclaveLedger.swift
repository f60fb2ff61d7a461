import Glibc

/// The durable memory of the enclave: one SQLite file that one process has open.
///
/// Every method that changes something returns only after the change is on the disk, and changes all or nothing.
public struct EnclaveLedger: ~Copyable {
    let connection: Connection

    /// Opens the ledger at a path, and makes an empty one if there is no file.
    ///
    /// Throws `inUse` while another process has it open, and `damaged` when SQLite's integrity check finds anything.
    public init(path: String) throws(LedgerError) {
        try LedgerFile.prepare(path)
        let connection = try Connection(path: path)
        try Schema.open(connection)
        self.connection = connection
    }
}

/// The file before SQLite sees it.
enum LedgerFile {
    /// Makes the file if it is missing, durably, and refuses one that others can read or write.
    static func prepare(_ path: String) throws(LedgerError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        let failure = errno
        if descriptor >= 0 {
            close(descriptor)
            try synchronizeDirectory(of: path)
        } else if failure != EEXIST {
            throw .file(operation: "open", number: failure)
        }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .file(operation: "lstat", number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0, status.st_uid == geteuid() else {
            throw .notPrivate
        }
    }

    static func synchronizeDirectory(of path: String) throws(LedgerError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(operation: "open the directory", number: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(operation: "fsync the directory", number: errno) }
    }
}
