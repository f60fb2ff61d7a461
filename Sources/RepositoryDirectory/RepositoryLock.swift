import Descriptors
import Glibc

/// The lock that repo-add and Reposeal share: `<repository>.db.tar.gz.lck`, holding the owner's process id.
///
/// It is removed when this value goes, and only then: a lock that a dead process left is never broken.
public struct RepositoryLock: ~Copyable {
    /// The absolute or relative path of the lock file.
    public let path: String

    /// Takes the lock or throws `locked` at once.
    init(path: String) throws(RepositoryDirectoryError) {
        let file: Descriptor
        do throws(DescriptorError) {
            file = try Descriptor.creating(path, permissions: 0o644)
        } catch {
            let error = RepositoryDirectoryError(error)
            guard case .system(let call) = error, call.number == EEXIST else { throw error }
            throw .locked(path: path, owner: Self.owner(path))
        }
        do throws(DescriptorError) {
            try file.writeAll(Array("\(getpid())\n".utf8))
        } catch {
            try? FileSystem.remove(path)
            throw RepositoryDirectoryError(error)
        }
        self.path = path
    }

    deinit {
        try? FileSystem.remove(path)
    }

    private static func owner(_ path: String) -> Int? {
        guard let bytes = try? Files.read(path, limit: 64) else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
