import Glibc
import RepositoryDatabase
import RepositoryDirectory

extension DatabaseFileNames {
    /// Whether there is a database.
    func exists(_ kind: DatabaseKind) -> Bool { Self.exists(path(of: kind)) }

    /// Whether a database has a signature.
    func isSigned(_ kind: DatabaseKind) -> Bool { Self.exists(signaturePath(of: kind)) }

    /// Whether both databases have signatures.
    var areSigned: Bool { DatabaseKind.allCases.allSatisfy { isSigned($0) } }

    /// The name of a database that has a signature, if one has.
    var signedName: String? { DatabaseKind.allCases.first { isSigned($0) }.map { name(of: $0) } }

    /// Whether the directory is there.
    var hasDirectory: Bool {
        var status = stat()
        return unsafe stat(directory, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
