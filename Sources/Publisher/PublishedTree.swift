public import ALPMTypes
import Descriptors
import Glibc
import RepositoryDatabase
package import RepositoryDirectory

/// What lies in a published directory, found by looking: `REPOSITORY/os/ARCHITECTURE`.
public struct PublishedTree: Sendable {
    /// The directory that `Publication` writes.
    public let path: String

    /// Names a published directory.
    public init(_ path: String) { self.path = path }

    /// The path of the folder in which a repository is published for an architecture.
    public func folder(of repository: RepositoryName, _ architecture: Architecture) -> String {
        Folder(repository: repository, architecture: architecture, root: path).path
    }

    /// A folder in which one repository is published for one architecture.
    public struct Folder: Hashable, Sendable {
        /// The repository.
        public let repository: RepositoryName
        /// The architecture.
        public let architecture: Architecture
        /// The published directory around it.
        let root: String

        /// The path below the published directory, `extra/os/x86_64`.
        public var relativePath: String { "\(repository)/os/\(architecture)" }
        /// The whole path.
        package var path: String { "\(root)/\(relativePath)" }
        /// The databases in it.
        package var directory: RepositoryDirectory { RepositoryDirectory(path: path, repository: repository) }
    }

    /// Every folder of a repository, by name; what has no such name is not looked into.
    public func folders() throws(PublisherError) -> [Folder] {
        var found: [Folder] = []
        for name in try names(in: path) {
            guard let repository = try? RepositoryName(parsing: name) else { continue }
            for architecture in try names(in: "\(path)/\(name)/os").compactMap({ try? Architecture(parsing: $0) }) {
                found.append(Folder(repository: repository, architecture: architecture, root: path))
            }
        }
        return found
    }

    private func names(in folder: String) throws(PublisherError) -> [String] {
        try publishing {
            do throws(DescriptorError) {
                return try DurableFile.names(in: folder)
            } catch {
                // A file in the place of a folder is none of ours.
                guard case .systemCall(let failure) = error, failure.number == ENOTDIR else { throw error }
                return []
            }
        }
    }
}

extension PublishedTree.Folder {
    /// The packages that the databases of this generation or of the one before name; throws where a database cannot be read.
    func namedPackages() throws(PublisherError) -> Set<String> {
        let names = directory.names
        var found: Set<String> = []
        guard try publishing({ try names.exists(.db) }) else { return found }
        for file in [names.name(of: .db), names.previousName(of: .db)] {
            let path = names.path(of: file)
            guard let bytes = try publishing({ try DurableFile.readIfPresent(path, limit: Limits.database) }) else {
                continue
            }
            do throws(RepositoryDatabaseError) {
                let entries = try RepositoryDatabaseReader.read(bytes, kind: .db, acceptingOtherCodecs: true).entries
                found.formUnion(entries.map(\.description.fileName.text))
            } catch {
                throw .malformed(file: path, expected: "a database of the canonical form; \(error)")
            }
        }
        return found
    }
}

extension PublishedTree {
    /// The signature that clients of a database get, under the name by which they ask for it; nil if there is none.
    public func databaseSignature(
        of repository: RepositoryName, _ architecture: Architecture
    ) throws(PublisherError) -> [UInt8]? {
        let folder = Folder(repository: repository, architecture: architecture, root: path)
        let name = "\(folder.directory.names.shortName(of: .db)).sig"
        return try publishing {
            do throws(DescriptorError) {
                return try DurableFile.readIfPresent("\(folder.path)/\(name)", limit: 1 << 16)
            } catch {
                // A file in the place of a folder publishes nothing.
                guard case .systemCall(let failure) = error, failure.number == ENOTDIR else { throw error }
                return nil
            }
        }
    }
}
