import Glibc
import RepositoryDatabase
import RepositoryDirectory

extension DatabaseFileNames {
    /// Whether there is a database.
    func hasDatabase(_ kind: DatabaseKind) throws(RepositoryUpdateError) -> Bool {
        do { return try exists(kind) } catch { throw .directory(error) }
    }

    /// Whether a database has a signature.
    func hasSignature(_ kind: DatabaseKind) throws(RepositoryUpdateError) -> Bool {
        do { return try isSigned(kind) } catch { throw .directory(error) }
    }

    /// The databases that have signatures.
    func signed() throws(RepositoryUpdateError) -> [DatabaseKind] {
        var signed: [DatabaseKind] = []
        for kind in DatabaseKind.allCases where try hasSignature(kind) { signed.append(kind) }
        return signed
    }

    /// Whether the directory is there.
    var hasDirectory: Bool {
        var status = stat()
        return unsafe stat(directory, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
