import Descriptors
import Glibc

/// The lock that repo-add and Reposeal share: `<database>.lck`, holding the owner's process id and a newline.
///
/// It is removed when this value goes, and only then: a lock that a dead process left is never broken.
public struct RepositoryLock: ~Copyable, Sendable {
    /// The absolute or relative path of the lock file.
    public let path: String

    private let file: Descriptor

    /// Takes the lock or throws `locked` at once.
    static func taking(_ path: String) throws(RepositoryDirectoryError) -> RepositoryLock {
        let lock = RepositoryLock(path: path, file: try creating(path))
        do throws(DescriptorError) {
            try lock.file.writeAll(Array("\(getpid())\n".utf8))
        } catch { throw RepositoryDirectoryError(error) }
        return lock
    }

    private init(path: String, file: consuming Descriptor) {
        self.path = path
        self.file = file
    }

    private static func creating(_ path: String) throws(RepositoryDirectoryError) -> Descriptor {
        do throws(DescriptorError) {
            return try Descriptor.creating(path, permissions: 0o644)
        } catch {
            let error = RepositoryDirectoryError(error)
            guard case .system(let call) = error, call.number == EEXIST else { throw error }
            throw .locked(path: path, owner: owner(path))
        }
    }

    deinit {
        // Someone may have taken this process for dead, removed its lock and taken one of his own.
        if let ours = try? Files.status("/proc/self/fd/\(file.number)"), let there = try? Files.status(path),
            ours.isSameFile(as: there)
        {
            try? FileSystem.remove(path)
        }
    }

    private static func owner(_ path: String) -> Int? {
        guard let bytes = try? Files.read(path, limit: 64) else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}

extension RepositoryDirectory {
    /// Takes the repository's lock, or throws `locked` at once if someone holds it.
    public func lock() throws(RepositoryDirectoryError) -> RepositoryLock {
        try RepositoryLock.taking(names.lockPath)
    }

    /// Takes the repository's lock; while someone holds it, waits until its file goes.
    ///
    /// `announce` is told why it waits, once for each owner. Where the kernel does not report changes, as for a directory on
    /// another machine, the lock is tried every three seconds, like repo-add does.
    public func lock(
        waiting announce: (_ busy: RepositoryDirectoryError) -> Void
    ) throws(RepositoryDirectoryError) -> RepositoryLock {
        let watch = try RemovalWatch(directory: names.directory)
        var announced: RepositoryDirectoryError?
        while true {
            do throws(RepositoryDirectoryError) {
                return try lock()
            } catch {
                guard case .locked = error else { throw error }
                if error != announced { announce(error) }
                announced = error
            }
            try watch.wait(milliseconds: 3000)
        }
    }
}
