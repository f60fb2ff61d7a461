import Descriptors
import Glibc

/// A lock of a published directory, held by at most one process at a time and given back by its end at the latest.
///
/// That of publications has in it the process that holds it. Whoever takes it and finds one there, who was killed, also
/// removes the locks of repositories that this one left.
public struct TreeLock: ~Copyable {
    /// What it is the right to.
    public enum Subject: Hashable, Sendable {
        /// To change what is published, or to look at all of it at one moment.
        case publication
        /// To copy to the mirror of this name.
        case mirror(String)
    }

    private let file: Descriptor

    /// The number of the open file; a process that gets it holds the lock with this one, and after it.
    package var number: Int32 { file.number }

    /// Takes the lock once nobody else has it.
    public init(waitingFor subject: Subject, of tree: PublishedTree) throws(PublisherError) {
        let file = try Self.open(subject, of: tree)
        while flock(file.number, LOCK_EX) != 0 {
            let number = errno
            guard number == EINTR else {
                throw .system(.systemCall(SystemCallError(call: "flock", number: number, subject: tree.path)))
            }
        }
        try Self.begin(subject, of: tree, file)
        self.file = file
    }

    /// Takes the lock; nil if somebody else has it.
    public init?(_ subject: Subject, of tree: PublishedTree) throws(PublisherError) {
        let file = try Self.open(subject, of: tree)
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { return nil }
        try Self.begin(subject, of: tree, file)
        self.file = file
    }

    // A process that is being started just now may hold a copy of the descriptor until it runs its program.
    deinit {
        _ = ftruncate(file.number, 0)
        _ = flock(file.number, LOCK_UN)
    }

    /// Puts what killed publications left in order, and then this process into the file.
    private static func begin(
        _ subject: Subject, of tree: PublishedTree, _ file: borrowing Descriptor
    ) throws(PublisherError) {
        guard subject == .publication else { return }
        let path = path(of: subject, in: tree)
        let own = try publishing { try PublicationRecord.own() }
        if let abandoned = PublicationRecord(parsing: try publishing { try DurableFile.read(path, limit: 256) }) {
            try AbandonedLocks(tree: tree, abandoned: abandoned, own: own).remove()
        }
        try publishing {
            try file.truncate(to: 0)
            try file.writeAll(own.bytes)
            try file.synchronize()
        }
    }

    /// The file that is locked.
    public static func path(of subject: Subject, in tree: PublishedTree) -> String {
        switch subject {
        case .publication: "\(tree.path)/.reposeal/publication.lock"
        case .mirror(let name): "\(tree.path)/.reposeal/mirrors/\(name).lock"
        }
    }

    private static func open(_ subject: Subject, of tree: PublishedTree) throws(PublisherError) -> Descriptor {
        let path = path(of: subject, in: tree)
        return try publishing {
            try DurableFile.makeDirectory(DurableFile.parent(of: path))
            return try Descriptor.opening(path, flags: O_RDWR | O_CREAT, permissions: 0o644)
        }
    }
}
