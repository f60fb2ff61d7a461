import Glibc
public import RepositoryDatabase

/// A generation that is being made beside the published one, which nobody sees until it is published.
///
/// Both databases are written to `path(of:)`, and both signatures to `signaturePath(of:)` or neither. A draft that goes
/// without having been published leaves nothing.
public struct Draft: ~Copyable, Sendable {
    /// How the names of drafts of this process begin.
    static var namePrefix: String { "draft-\(getpid())-" }

    let names: DatabaseFileNames
    let place: String
    let changes: DirectoryChanges

    /// Where a database is to be written; nothing is there at first.
    public func path(of kind: DatabaseKind) -> String { "\(place)/\(names.name(of: kind))" }

    /// Where a database's detached signature is to be written, which is where gpg puts it by itself.
    public func signaturePath(of kind: DatabaseKind) -> String { "\(path(of: kind)).sig" }

    deinit {
        // Once published it has another name, and the store is not empty.
        try? changes.removeIfPresent(place)
        changes.removeEmptyStore(names.store)
    }

    /// Whether it is signed; throws unless it holds both databases, and both signatures or neither, and nothing else.
    func checkWhole() throws(RepositoryDirectoryError) {
        var expected: Set<String> = []
        let isSigned = try Files.kind(signaturePath(of: .db)) != .nothing
        for kind in DatabaseKind.allCases {
            expected.insert(names.name(of: kind))
            guard try Files.kind(path(of: kind)) == .file, let file = try Files.status(path(of: kind)), file.size > 0
            else { throw .refused(field: path(of: kind), expected: "a file of at least one byte") }
            guard isSigned else { continue }
            expected.insert("\(names.name(of: kind)).sig")
            guard try Files.kind(signaturePath(of: kind)) == .file,
                let file = try Files.status(signaturePath(of: kind)),
                (1...SignedDatabases.maximumSignatureSize).contains(file.size)
            else { throw .refused(field: signaturePath(of: kind), expected: "a file of 1 to 16384 bytes") }
        }
        for name in try Files.names(place) where !expected.contains(name) {
            throw .refused(field: "\(place)/\(name)", expected: "a part of a signed or an unsigned pair of databases")
        }
    }
}
