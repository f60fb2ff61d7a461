import Descriptors
import OpenPGPFormat
import Publisher
import RepositoryDatabase
import RepositoryDirectory

/// What a mirror is compared with.
extension PublishedTree.Folder {
    /// The names that clients ask for, below the published directory: the database and the files database.
    var databaseNames: [String] {
        [DatabaseKind.db, .files].map { "\(relativePath)/\(directory.names.shortName(of: $0))" }
    }

    /// Whether something was ever published there.
    func isPublished() throws -> Bool { try directory.names.exists(.db) }

    /// The published databases and signatures, all of one generation, by the names that clients ask for.
    func signedFiles() throws -> [String: [UInt8]] {
        guard let current = try directory.current() else { return [:] }
        let (database, files) = (databaseNames[0], databaseNames[1])
        return [
            database: current.database, "\(database).sig": current.databaseSignature ?? [],
            files: current.files ?? [], "\(files).sig": current.filesSignature ?? [],
        ]
    }

    /// The signatures of the packages that came into the folder last, by their paths.
    func newestSignatures(atMost count: Int) throws -> [String: [UInt8]] {
        guard let current = try directory.current() else { return [:] }
        let entries = try RepositoryDatabaseReader.read(current.database, kind: .db, acceptingOtherCodecs: true).entries
        let present = try entries.compactMap { entry in
            let name = "\(entry.description.fileName).sig"
            return try FileStatus(of: "\(path)/\(name)").map { (name, $0.changed) }
        }
        var found: [String: [UInt8]] = [:]
        for (name, _) in present.sorted(by: { ($1.1, $1.0) < ($0.1, $0.0) }).prefix(count) {
            let limit = SignaturePacket.maximumByteCount
            found["\(relativePath)/\(name)"] = try DurableFile.readIfPresent("\(path)/\(name)", limit: limit)
        }
        return found
    }
}
