import Descriptors
import Glibc

/// The value of `errno` for a path that does not exist.
let absenceNumber = ENOENT

/// What publishing asks of files, and their content.
enum Files {
    /// What lies at a path, links not followed.
    enum Kind {
        case nothing, file, directory, link, other
    }

    /// What identifies the file that a path leads to, and what rsync compares.
    struct Status: Equatable {
        /// The file system.
        let device: UInt64
        /// The file in it.
        let inode: UInt64
        /// Seconds since 1970 of the last change.
        let modificationTime: Int
        /// Bytes.
        let size: Int
        /// Whether it is a regular file.
        let isFile: Bool

        /// Whether both are one file.
        func isSameFile(as other: Status) -> Bool { device == other.device && inode == other.inode }
    }

    /// What lies at a path (lstat(2)).
    static func kind(_ path: String) throws(RepositoryDirectoryError) -> Kind {
        var status = stat()
        do throws(RepositoryDirectoryError) {
            try call("lstat", path) { unsafe lstat(path, &status) }
        } catch {
            if error.isAbsence { return .nothing }
            throw error
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// What a path leads to, links followed; `nil` if it leads nowhere (stat(2)).
    static func status(_ path: String) throws(RepositoryDirectoryError) -> Status? {
        var status = stat()
        do throws(RepositoryDirectoryError) {
            try call("stat", path) { unsafe stat(path, &status) }
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
        return Status(status)
    }

    /// The permissions of a directory that its group may use as it may use the directory around it (stat(2)).
    ///
    /// A directory of another group gets none of them: that group has no business there.
    static func sharedPermissions(ofDirectory path: String) throws(RepositoryDirectoryError) -> mode_t {
        let around = "\(path)/.."
        var (own, parent) = (stat(), stat())
        try call("stat", path) { unsafe stat(path, &own) }
        try call("stat", around) { unsafe stat(around, &parent) }
        guard own.st_gid == parent.st_gid else { return 0o755 }
        return 0o755 | parent.st_mode & (S_IWGRP | S_ISGID)
    }

    /// What an open file is (fstat(2)).
    static func status(open file: borrowing Descriptor) throws(RepositoryDirectoryError) -> Status {
        var status = stat()
        try call("fstat", "descriptor \(file.number)") { unsafe fstat(file.number, &status) }
        return Status(status)
    }

    /// Where a link points, or `nil` if there is no link (readlink(2)).
    static func target(ofLink path: String) throws(RepositoryDirectoryError) -> String? {
        guard try kind(path) == .link else { return nil }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try call("readlink", path) { unsafe readlink(path, &target, target.count) }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The names in a directory.
    static func names(_ path: String) throws(RepositoryDirectoryError) -> [String] {
        do { return try FileSystem.names(inDirectory: path) } catch { throw RepositoryDirectoryError(error) }
    }

    /// A file's bytes, or `nil` if there is none; more than `limit` bytes are an error.
    static func read(_ path: String, limit: Int) throws(RepositoryDirectoryError) -> [UInt8]? {
        do throws(DescriptorError) {
            return try Descriptor.reading(path).readToEnd(limit: limit)
        } catch {
            let error = RepositoryDirectoryError(error)
            if error.isAbsence { return nil }
            throw error
        }
    }

    /// Whether two files have the same bytes; not more than a piece of each is in memory.
    static func areEqual(_ a: String, _ b: String) throws(RepositoryDirectoryError) -> Bool {
        guard try status(a)?.size == status(b)?.size else { return false }
        do throws(DescriptorError) {
            let first = try Descriptor.reading(a)
            let second = try Descriptor.reading(b)
            while true {
                let piece = try first.readPiece()
                guard try piece == second.readPiece() else { return false }
                if piece.isEmpty { return true }
            }
        } catch { throw RepositoryDirectoryError(error) }
    }

    /// Writes a new file.
    static func write(_ bytes: [UInt8], to path: String) throws(RepositoryDirectoryError) {
        do throws(DescriptorError) {
            let file = try Descriptor.creating(path, permissions: 0o644)
            try file.writeAll(bytes)
            try file.close()
        } catch { throw RepositoryDirectoryError(error) }
    }

    /// Copies a file's bytes and time of change into a new file that everyone may read, piece by piece.
    static func copy(_ source: String, to path: String) throws(RepositoryDirectoryError) {
        do throws(DescriptorError) {
            let original = try Descriptor.reading(source)
            let copy = try Descriptor.creating(path, permissions: 0o644)
            while case let piece = try original.readPiece(), !piece.isEmpty { try copy.writeAll(piece) }
            try copy.close()
        } catch { throw RepositoryDirectoryError(error) }
        try open(path, time: try status(source)?.modificationTime ?? Int(SystemClock.realtimeSeconds()))
    }

    /// Lets everyone read a file, and makes `time` the moment of its last change (chmod(2), utimensat(2)).
    static func open(_ path: String, time: Int) throws(RepositoryDirectoryError) {
        let times = [timespec(tv_sec: time, tv_nsec: 0), timespec(tv_sec: time, tv_nsec: 0)]
        try call("chmod", path) { unsafe chmod(path, 0o644) }
        try call("utimensat", path) { unsafe utimensat(AT_FDCWD, path, times, 0) }
    }

    @discardableResult
    static func call<Result: SignedInteger>(
        _ name: String, _ subject: String, _ body: () -> Result
    ) throws(RepositoryDirectoryError) -> Result {
        while true {
            let result = body()
            let number = errno
            if result != -1 { return result }
            if number != EINTR { throw .system(SystemCallError(call: name, number: number, subject: subject)) }
        }
    }
}

extension Descriptor {
    /// The next 256 KiB, fewer only at the end.
    fileprivate func readPiece() throws(DescriptorError) -> [UInt8] {
        var piece: [UInt8] = []
        while piece.count < 256 << 10 {
            let more = try read(atMost: 256 << 10 - piece.count)
            if more.isEmpty { break }
            if piece.isEmpty { piece = more } else { piece += more }
        }
        return piece
    }
}

extension Files.Status {
    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        modificationTime = status.st_mtim.tv_sec
        size = Int(status.st_size)
        isFile = status.st_mode & S_IFMT == S_IFREG
    }
}
