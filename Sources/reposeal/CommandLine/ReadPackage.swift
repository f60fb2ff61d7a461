import ALPMTypes
import Attestation
import Cryptography
import PackageArchive
import RepositoryDatabase

/// A package file that was read strictly, with what the databases will say of it.
struct ReadPackage {
    let path: String
    let contents: PackageContents
    let identity: PackageIdentity
    /// The base that `.PKGINFO` names; a package without one is its own.
    let base: PackageName

    /// Reads packages, each of which may be named only once.
    static func all(_ paths: [String]) throws -> [ReadPackage] {
        var read: [ReadPackage] = []
        for path in paths {
            let package = try ReadPackage(reading: path)
            guard !read.contains(where: { $0.identity.fileName == package.identity.fileName }) else {
                throw FileProblem(file: path, reason: "expected each package once")
            }
            read.append(package)
        }
        return read
    }

    private init(reading path: String) throws {
        self.path = path
        let untrustedName = path.split(separator: "/").last.map(String.init) ?? path
        let contents = try PackageArchive.read(path)
        let fileName = try naming(path) { () throws(ALPMError) in try PackageFileName(parsing: untrustedName) }
        let entry = try contents.entry(fileName: fileName)
        self.contents = contents
        base = entry.description.base ?? entry.description.name
        identity = PackageIdentity(
            fileName: fileName, size: contents.size, sha256: contents.sha256, desc: entry.descDigest,
            files: entry.filesDigest)
    }
}
