import Descriptors
import RepositoryDatabase

/// A folder in which anything may lie under the names that are looked for.
struct UntrustedFolder {
    let path: String

    func path(of name: String) -> String { "\(path)/\(name)" }

    /// The bytes of a regular file; nil if there is none.
    func bytes(of name: String, limit: Int) throws(PublisherError) -> [UInt8]? {
        let path = path(of: name)
        do throws(DescriptorError) {
            // Nobody who opens a pipe gets back before somebody else writes into it.
            guard let status = try FileStatus(of: path) else { return nil }
            if status.size <= limit { return try DurableFile.read(path, limit: limit) }
        } catch {
            throw .notTrusted(file: path, problem: "it cannot be read: \(error)")
        }
        throw .notTrusted(file: path, problem: "it has more than \(limit) bytes")
    }

    /// The bytes of a file that must be there.
    func present(_ name: String, limit: Int) throws(PublisherError) -> [UInt8] {
        guard let bytes = try bytes(of: name, limit: limit) else {
            throw .notTrusted(file: path(of: name), problem: "there is no such file")
        }
        return bytes
    }

    /// The entries of a database that was read.
    func entries(
        of bytes: [UInt8], kind: DatabaseKind, named name: String
    ) throws(PublisherError) -> [RepositoryEntry] {
        do throws(RepositoryDatabaseError) {
            return try RepositoryDatabaseReader.read(bytes, kind: kind, acceptingOtherCodecs: kind == .db).entries
        } catch {
            throw .notTrusted(file: path(of: name), problem: "it is not a database of the canonical form: \(error)")
        }
    }
}
