import Cryptography
import Descriptors
import Glibc
import Publisher
import RepositoryDatabase
import RepositoryDirectory

/// What every mirror is to show, kept apart from what is published meanwhile.
///
/// Only the databases are in it, as second names of the published files. Each generation has a folder named by the SHA-256 of
/// its four files, so that on a mirror no folder ever changes: a number might begin again, and another generation be written
/// into the one that readers see.
struct MirrorSnapshot: Sendable {
    /// One database with its files database and signatures.
    struct Database: Hashable, Sendable {
        /// Its folder below the published directory, such as `extra/os/x86_64`.
        let folder: String
        /// Its full name, such as `extra.db.tar.gz`.
        let name: String
    }

    /// The published directory.
    let published: String
    /// Where the snapshot lies.
    let path: String
    /// The databases in it.
    let databases: [Database]
    /// Which of them are switched together and one after the other, as indices: what gets a package comes before what loses it.
    let switches: [[Int]]

    /// Makes a snapshot of a published directory; the caller has its lock, and that of the mirror for as long as it is used.
    init(of tree: PublishedTree, for mirror: String, now: UInt64) throws(MirrorsError) {
        published = tree.path
        path = "\(tree.path)/.reposeal/mirrors/\(mirror).snapshot"
        DurableFile.removeIfPresent(path)
        var (databases, turnovers): ([Database], [Turnover]) = ([], [])
        for folder in try mirroring({ try tree.folders() }) {
            guard try mirroring({ try folder.directory.names.exists(.db) }) else { continue }
            let taken = Taking(folder: folder, path: "\(path)/\(folder.relativePath)")
            try mirroring { try taken.run() }
            databases.append(Database(folder: folder.relativePath, name: folder.directory.names.name(of: .db)))
            turnovers.append(try mirroring { try folder.turnover() })
        }
        guard !databases.isEmpty else {
            throw .unexpected("\(tree.path): expected a published database; reposeal publish makes it")
        }
        try Self.writeTimes(from: tree.path, to: path, now: now)
        self.databases = databases
        switches = Turnover.steps(of: turnovers)
    }

    /// Removes what it is on the disk.
    func remove() { DurableFile.removeIfPresent(path) }

    /// `lastupdate` as it is, and the present time as `lastsync`, both of the published directory too.
    private static func writeTimes(from published: String, to path: String, now: UInt64) throws(MirrorsError) {
        try mirroring {
            try DurableFile.write(Array("\(now)\n".utf8), to: "\(published)/lastsync")
            for name in ["lastupdate", "lastsync"] {
                guard let bytes = try DurableFile.readIfPresent("\(published)/\(name)", limit: 64) else { continue }
                try DurableFile.write(bytes, to: "\(path)/\(name)")
            }
        }
    }
}

/// Takes one database into a snapshot.
private struct Taking {
    let folder: PublishedTree.Folder
    let path: String

    private var names: DatabaseFileNames { folder.directory.names }
    private var store: String { ".reposeal/\(names.name(of: .db))" }

    func run() throws {
        try DurableFile.makeDirectory("\(path)/\(store)")
        for link in ["current", "previous"] {
            guard let generation = try DurableFile.target(ofLink: "\(folder.path)/\(store)/\(link)") else { continue }
            let name = try takeGeneration("\(folder.path)/\(store)/\(generation)")
            try DurableFile.placeLink(to: name, at: "\(path)/\(store)/\(link)")
        }
        guard try DurableFile.target(ofLink: "\(path)/\(store)/current") != nil else {
            throw MirrorsError.unexpected(
                "\(folder.path): expected databases that reposeal publish put there; others are not copied to mirrors")
        }
        for kind in DatabaseKind.allCases {
            for name in [names.name(of: kind), names.shortName(of: kind), names.previousName(of: kind)] {
                for file in [name, "\(name).sig"] {
                    guard let target = try DurableFile.target(ofLink: "\(folder.path)/\(file)") else { continue }
                    try DurableFile.placeLink(to: target, at: "\(path)/\(file)")
                }
            }
        }
    }

    /// Takes the files of a generation and returns the name that their content gives it.
    private func takeGeneration(_ generation: String) throws -> String {
        let files = try DurableFile.names(in: generation)
        let expected = DatabaseKind.allCases.flatMap { [names.name(of: $0), "\(names.name(of: $0)).sig"] }
        guard files == expected.sorted() else {
            throw MirrorsError.unexpected(
                "\(generation): expected \(expected.joined(separator: ", ")) and nothing else")
        }
        var hash = SHA256()
        for file in files {
            hash.update(Array("\(try DurableFile.state(of: "\(generation)/\(file)").digest().hex)  \(file)\n".utf8))
        }
        let name = String(hash.finalize().hex.prefix(32))
        let target = "\(path)/\(store)/\(name)"
        guard !DurableFile.exists(target) else { return name }
        try DurableFile.makeDirectory(target)
        for file in files { try takeFile("\(generation)/\(file)", as: "\(target)/\(file)") }
        return name
    }

    /// A second name for a file (link(2)); published files never change.
    private func takeFile(_ source: String, as target: String) throws {
        let result = unsafe link(source, target)
        let number = errno
        guard result == 0 else {
            throw DescriptorError.systemCall(SystemCallError(call: "link", number: number, subject: target))
        }
    }
}

extension PublishedTree.Folder {
    /// What the last publication made appear and vanish.
    fileprivate func turnover() throws -> Turnover {
        let names = directory.names
        let generations = try [names.previousName(of: .db), names.name(of: .db)].map { name in
            let bytes = try DurableFile.readIfPresent("\(path)/\(name)", limit: Limits.database)
            // What another tool made tells nothing about an order.
            let read = bytes.flatMap { try? RepositoryDatabaseReader.read($0, kind: .db, acceptingOtherCodecs: true) }
            return Set(read?.entries.map(\.name) ?? [])
        }
        return Turnover(architecture: architecture, before: generations[0], after: generations[1])
    }
}
