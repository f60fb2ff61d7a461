import Glibc
import RepositoryDatabase
import RepositoryDirectory

/// Which files the databases are, and when each changed last: equal while every reader reads the same bytes.
struct DatabaseFileStates: Equatable {
    private struct State: Equatable {
        let device: dev_t
        let inode: ino_t
        let size: Int
        /// When content, name or permissions changed, which no program can set (stat(2)).
        let seconds: Int
        let nanoseconds: Int
    }

    private let states: [DatabaseKind: State]

    /// Looks at both; one that is not there has no state.
    init(of names: DatabaseFileNames) {
        var states: [DatabaseKind: State] = [:]
        for kind in DatabaseKind.allCases {
            var status = stat()
            guard unsafe stat(names.path(of: kind), &status) == 0 else { continue }
            states[kind] = State(
                device: status.st_dev, inode: status.st_ino, size: status.st_size, seconds: status.st_ctim.tv_sec,
                nanoseconds: status.st_ctim.tv_nsec)
        }
        self.states = states
    }

    /// The first database that is not what it was.
    func changed(since before: DatabaseFileStates) -> DatabaseKind? {
        DatabaseKind.allCases.first { states[$0] != before.states[$0] }
    }
}
