/// The lock that repo-add and Reposeal share: `<database>.lck`, holding the owner's process id and a newline.
///
/// It is removed when this value goes, or by a signal that ends the process (`Interruption`): a lock that a dead process
/// left is never broken.
public struct RepositoryLock: ~Copyable, Sendable {
    /// The absolute or relative path of the lock file.
    public var path: String { holding.lock.path }

    private let holding: Interruption.Holding

    /// Takes the lock or throws `locked` at once.
    init(of names: DatabaseFileNames) throws(RepositoryDirectoryError) {
        holding = try Interruption.hold(store: names.store) { () throws(RepositoryDirectoryError) in
            try LockFile(making: names.lockPath)
        }
    }

    deinit { Interruption.release(holding) }
}

/// The lock file that somebody left or holds.
public struct FoundLock: Hashable, Sendable {
    /// Its path.
    public let path: String
    /// Who is in it.
    public let owner: Owner

    /// Who made a lock, as its file says.
    public enum Owner: Hashable, Sendable {
        /// The process with this id.
        case process(Int)
        /// Nobody was written into it, or not yet.
        case unwritten
        /// Somebody else, or it cannot be read.
        case unknown
    }
}

extension RepositoryDirectory {
    /// The lock file that there is now.
    public var foundLock: FoundLock? {
        guard let kind = try? Files.kind(names.lockPath), kind != .nothing else { return nil }
        return FoundLock(path: names.lockPath, owner: LockFile.maker(names.lockPath))
    }

    /// Takes the repository's lock, or throws `locked` at once if someone holds it.
    public func lock() throws(RepositoryDirectoryError) -> RepositoryLock {
        try RepositoryLock(of: names)
    }

    /// Takes the repository's lock; while someone holds it, waits until its file goes.
    ///
    /// `announce` is told why it waits, once for each owner. Where the kernel does not report changes, as for a directory on
    /// another machine, the lock is tried every three seconds, like repo-add does.
    public func lock(
        waiting announce: (_ busy: RepositoryDirectoryError) -> Void
    ) throws(RepositoryDirectoryError) -> RepositoryLock {
        try lock(tryingEvery: { _ in Self.unwatchedMilliseconds }, waiting: announce)
    }

    /// How often a lock is tried of whose end the kernel may tell nothing, in milliseconds.
    static let unwatchedMilliseconds: UInt64 = 3000

    /// As `lock(waiting:)`, with a time in milliseconds that may depend on whether the kernel watches.
    func lock(
        tryingEvery milliseconds: (_ isWatched: Bool) -> UInt64,
        waiting announce: (_ busy: RepositoryDirectoryError) -> Void
    ) throws(RepositoryDirectoryError) -> RepositoryLock {
        do throws(RepositoryDirectoryError) {
            return try lock()
        } catch {
            guard case .locked = error else { throw error }
        }
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
            try watch.wait(milliseconds: milliseconds(watch.isWatching))
        }
    }
}
