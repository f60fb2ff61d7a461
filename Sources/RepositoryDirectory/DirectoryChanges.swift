import Descriptors
import Glibc

/// The changes that publishing makes on the disk, each told of before it is made, so that tests can end there.
struct DirectoryChanges: Sendable {
    /// One change.
    enum Change: Hashable, Sendable {
        case makeDirectory(String)
        case link(String)
        case rename(String, to: String)
        case synchronize(String)
        case remove(String)
    }

    /// Is told of each change; what it throws keeps the change from being made.
    var before: @Sendable (Change) throws(RepositoryDirectoryError) -> Void = { _ in }

    /// Makes a directory that everyone may read, unless it is there (mkdir(2)).
    ///
    /// Where the directory around it belongs to a group that may write, that group may write in it too, whatever the umask.
    func makeDirectory(_ path: String) throws(RepositoryDirectoryError) {
        switch try Files.kind(path) {
        case .directory: return
        case .nothing:
            try before(.makeDirectory(path))
            try Files.call("mkdir", path) { unsafe mkdir(path, 0o755) }
            let permissions = try Files.sharedPermissions(ofDirectory: path)
            try Files.call("chmod", path) { unsafe chmod(path, permissions) }
        case .file, .link, .other: throw .refused(field: path, expected: "a directory")
        }
    }

    /// Makes `path` a symbolic link to `target` in one step, whatever file or link was there (symlink(2), rename(2)).
    func link(_ path: String, to target: String) throws(RepositoryDirectoryError) {
        guard try Files.target(ofLink: path) != target else { return }
        let temporary = Self.temporaryLink(for: path)
        try removeIfPresent(temporary)
        try before(.link(temporary))
        try Files.call("symlink", temporary) { unsafe symlink(target, temporary) }
        try rename(temporary, to: path)
    }

    /// The name under which a link is made before it takes its place.
    static func temporaryLink(for path: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        return "\(path[..<slash]).reposeal.\(path[slash...]).link"
    }

    /// Replaces `target` by `source` in one step (rename(2)).
    func rename(_ source: String, to target: String) throws(RepositoryDirectoryError) {
        try before(.rename(source, to: target))
        do { try FileSystem.rename(source, to: target) } catch { throw RepositoryDirectoryError(error) }
    }

    /// Gives a file a second name, or copies it where it cannot have one (link(2)).
    func adopt(_ source: String, as target: String) throws(RepositoryDirectoryError) {
        guard try Files.kind(source) == .file else { return try Files.copy(source, to: target) }
        try before(.link(target))
        do throws(RepositoryDirectoryError) {
            try Files.call("link", target) { unsafe Glibc.link(source, target) }
        } catch .system(let error) where [EPERM, EXDEV, EMLINK, EOPNOTSUPP].contains(error.number) {
            try Files.copy(source, to: target)
        }
    }

    /// Makes the content of a file, or the names in a directory, durable (fsync(2)).
    func synchronize(_ path: String) throws(RepositoryDirectoryError) {
        try before(.synchronize(path))
        do throws(DescriptorError) {
            try Descriptor.reading(path).synchronize()
        } catch { throw RepositoryDirectoryError(error) }
    }

    /// Removes a file or link, or a directory with what is in it, if it is there.
    func removeIfPresent(_ path: String) throws(RepositoryDirectoryError) {
        switch try Files.kind(path) {
        case .nothing: return
        case .file, .link, .other:
            try before(.remove(path))
            do { try FileSystem.remove(path) } catch { throw RepositoryDirectoryError(error) }
        case .directory:
            for name in try Files.names(path) { try removeIfPresent("\(path)/\(name)") }
            try before(.remove(path))
            try Files.call("rmdir", path) { unsafe rmdir(path) }
        }
    }

    /// Removes a store in which no generation is, and the folder around it if no other database has a store there.
    func removeEmptyStore(_ store: String) {
        try? removeIfEmpty(store)
        if let slash = store.lastIndex(of: "/") { try? removeIfEmpty(String(store[..<slash])) }
    }

    /// Removes a directory that has nothing in it (rmdir(2)).
    private func removeIfEmpty(_ path: String) throws(RepositoryDirectoryError) {
        guard try Files.kind(path) == .directory, try Files.names(path).isEmpty else { return }
        try before(.remove(path))
        try Files.call("rmdir", path) { unsafe rmdir(path) }
    }
}
