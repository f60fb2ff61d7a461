import Descriptors
import Glibc
public import RepositoryDatabase

/// One database of a repository as it stands, to look entries up and to write its successor.
///
/// A file in the canonical form is not read as a whole: a lookup inflates the chunks that may hold a name, an update those
/// that it changes. Any other file, which stock tools wrote, is read once into a file without a name.
public final class DatabaseFile: Sendable {
    /// Which of the two databases it is.
    public let kind: DatabaseKind
    /// The size of the file in bytes; 0 if there is none.
    public let size: Int
    let content: Content

    enum Content: Sendable {
        case none
        case chunked(ChunkedFile)
        case read(EntryStore)
    }

    /// Opens a database in any compression that pacman knows; a file without any bytes is an empty one.
    ///
    /// Throws `damaged` for what begins in the canonical form and does not go on in it, and otherwise as
    /// `SyncDatabase.init(reading:)` does.
    public init(opening path: String, as kind: DatabaseKind) throws(SyncDatabaseError) {
        self.kind = kind
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let descriptor: Descriptor
        do throws(DescriptorError) {
            // O_NONBLOCK: opening a FIFO must not wait for a writer.
            descriptor = try Descriptor.opening(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
        } catch {
            // A file that this user may not read can be a proper database.
            if case .systemCall(let call) = error, call.number == EACCES { throw .system(error) }
            throw .unreadable(file: name, reason: error.reasonWithoutSubject)
        }
        guard let size = try descriptor.regularFileSize() else {
            throw .unreadable(file: name, reason: "it is no regular file")
        }
        self.size = size
        if try ChunkedFile.begins(descriptor, size: size) {
            content = .chunked(try ChunkedFile(descriptor, size: size, kind: kind, name: name))
        } else {
            content = .read(try EntryStore(readingDatabaseAt: path))
        }
    }

    /// The database of a repository that has none yet.
    public init(emptyOf kind: DatabaseKind) {
        self.kind = kind
        size = 0
        content = .none
    }

    /// Whether the file is in the canonical form, so that looking up and updating cost no more than the change.
    public var isCanonical: Bool {
        switch content {
        case .chunked: true
        case .none, .read: false
        }
    }

    /// Whether there are no entries.
    public var isEmpty: Bool {
        switch content {
        case .none: true
        case .chunked(let file): file.chunks.isEmpty
        case .read(let store): store.places.isEmpty
        }
    }

    /// All versions of these package names, by the bytes of their directories.
    public func entries(named names: Set<String>) async throws(SyncDatabaseError) -> [SyncEntry] {
        switch content {
        case .none: []
        case .chunked(let file): try await file.entries(named: names)
        case .read(let store):
            try store.positions(named: names).map { position throws(SyncDatabaseError) in
                try store.entry(at: position)
            }
        }
    }

    /// Passes every entry on, by the bytes of their directories, and holds no more than a chunk of them.
    public func forEachEntry(
        _ body: (SyncEntry) throws(SyncDatabaseError) -> Void
    ) throws(SyncDatabaseError) {
        switch content {
        case .none: return
        case .chunked(let file):
            for chunk in file.chunks {
                for entry in try file.open(chunk).entries { try body(entry) }
            }
        case .read(let store):
            for position in store.places.indices { try body(try store.entry(at: position)) }
        }
    }
}

extension ChunkedFile {
    /// All versions of these package names, by the bytes of their directories, looked up on all cores.
    fileprivate func entries(named names: Set<String>) async throws(SyncDatabaseError) -> [SyncEntry] {
        let places = names.map { name in chunks(from: "\(name)-", below: "\(name).").indices }
        let names = ByteNames(names)
        return try await concurrently(Set(places.joined()).sorted()) { position throws(SyncDatabaseError) in
            try self.openAndKeep(self.chunks[position]).entries.filter { names.contains($0.directory.name) }
        }.flatMap(\.self)
    }
}

extension DescriptorError {
    /// The reason alone, as the caller names the file.
    fileprivate var reasonWithoutSubject: String {
        if case .systemCall(let error) = self { error.message } else { description }
    }
}
