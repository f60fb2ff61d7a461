import Descriptors
import Glibc

/// The value of `errno` for a path that does not exist.
let absenceNumber = ENOENT

/// The calls on names that publishing is made of, each durable only after `FileSystem.synchronizeDirectory`.
enum Files {
    /// What lies at a path, links not followed.
    enum Kind {
        case nothing, file, directory, link, other
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

    /// Seconds since 1970 of the last change, links followed; `nil` if there is no such file (stat(2)).
    static func modificationTime(_ path: String) throws(RepositoryDirectoryError) -> Int? {
        var status = stat()
        do throws(RepositoryDirectoryError) {
            try call("stat", path) { unsafe stat(path, &status) }
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
        return status.st_mtim.tv_sec
    }

    /// Makes a directory that everyone may read, unless it is there (mkdir(2)).
    static func makeDirectory(_ path: String) throws(RepositoryDirectoryError) {
        switch try kind(path) {
        case .directory: return
        case .nothing:
            try call("mkdir", path) { unsafe mkdir(path, 0o755) }
            try call("chmod", path) { unsafe chmod(path, 0o755) }
        case .file, .link, .other: throw .refused(field: path, expected: "a directory")
        }
    }

    /// Where a link points, or `nil` if there is no link (readlink(2)).
    static func target(ofLink path: String) throws(RepositoryDirectoryError) -> String? {
        guard try kind(path) == .link else { return nil }
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try call("readlink", path) { unsafe readlink(path, &target, target.count) }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes `path` a link to `target` in one step, whatever file or link was there (symlink(2), rename(2)).
    static func link(_ path: String, to target: String) throws(RepositoryDirectoryError) {
        guard try self.target(ofLink: path) != target else { return }
        guard try kind(path) != .directory else { throw .refused(field: path, expected: "a file or a link") }
        let temporary = temporaryLink(for: path)
        if try kind(temporary) != .nothing { try remove(temporary) }
        try call("symlink", temporary) { unsafe symlink(target, temporary) }
        do { try FileSystem.rename(temporary, to: path) } catch { throw RepositoryDirectoryError(error) }
    }

    /// The name under which a link is made before it takes its place.
    static func temporaryLink(for path: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        return "\(path[..<slash]).reposeal.\(path[slash...]).link"
    }

    /// Writes a new durable file that everyone may read, changed last at `time` (fsync(2), futimens(3)).
    static func write(_ bytes: [UInt8], to path: String, time: Int) throws(RepositoryDirectoryError) {
        do {
            let file = try Descriptor.creating(path, permissions: 0o644)
            try file.writeAll(bytes)
            var times = [timespec(tv_sec: time, tv_nsec: 0), timespec(tv_sec: time, tv_nsec: 0)]
            try call("futimens", path) { unsafe futimens(file.number, &times) }
            try call("fchmod", path) { fchmod(file.number, 0o644) }
            try file.synchronize()
            try file.close()
        } catch let error as DescriptorError {
            throw RepositoryDirectoryError(error)
        } catch let error as RepositoryDirectoryError {
            throw error
        } catch {
            throw .refused(field: path, expected: "a file that can be written")
        }
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

    /// Removes a file or link, or a directory with the files in it.
    static func remove(_ path: String) throws(RepositoryDirectoryError) {
        guard try kind(path) == .directory else {
            do { return try FileSystem.remove(path) } catch { throw RepositoryDirectoryError(error) }
        }
        for name in try names(path) { try remove("\(path)/\(name)") }
        try call("rmdir", path) { unsafe rmdir(path) }
    }

    /// The names in a directory.
    static func names(_ path: String) throws(RepositoryDirectoryError) -> [String] {
        do { return try FileSystem.names(inDirectory: path) } catch { throw RepositoryDirectoryError(error) }
    }

    /// Makes the names in a directory durable.
    static func synchronize(_ path: String) throws(RepositoryDirectoryError) {
        do { try FileSystem.synchronizeDirectory(path) } catch { throw RepositoryDirectoryError(error) }
    }

    @discardableResult
    private static func call<Result: SignedInteger>(
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
