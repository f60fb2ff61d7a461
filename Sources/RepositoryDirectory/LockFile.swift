import Descriptors
import Glibc

/// A lock file that this process made, known by its inode.
struct LockFile: Equatable, Sendable {
    let path: String
    private let made: Files.Status

    /// Makes it with this process's id and a newline in it, or throws `locked` if there is one.
    init(making path: String) throws(RepositoryDirectoryError) {
        let file = try Self.create(path)
        self.path = path
        do throws(RepositoryDirectoryError) {
            made = try Files.status(open: file)
            do throws(DescriptorError) {
                try file.writeAll(Array("\(getpid())\n".utf8))
            } catch { throw RepositoryDirectoryError(error) }
        } catch {
            try? FileSystem.remove(path)
            throw error
        }
    }

    /// Removes it, unless someone took this process for dead, removed its lock and made one of his own.
    func remove() {
        guard let there = try? Files.status(path), there.isSameFile(as: made) else { return }
        try? FileSystem.remove(path)
    }

    private static func create(_ path: String) throws(RepositoryDirectoryError) -> Descriptor {
        do throws(DescriptorError) {
            return try Descriptor.creating(path, permissions: 0o644)
        } catch {
            let error = RepositoryDirectoryError(error)
            guard case .system(let call) = error, call.number == EEXIST else { throw error }
            throw .locked(path: path, owner: owner(path))
        }
    }

    private static func owner(_ path: String) -> Int? {
        guard case .process(let id) = maker(path) else { return nil }
        return id
    }

    /// Who made a lock file.
    static func maker(_ path: String) -> FoundLock.Owner {
        guard let bytes = try? Files.read(path, limit: 64) else { return .unknown }
        if bytes.isEmpty { return .unwritten }
        let id = Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        return id.map { .process($0) } ?? .unknown
    }
}
