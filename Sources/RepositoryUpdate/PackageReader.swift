import PackageArchive
import SyncDatabase

/// Reads the packages of an update, all of them before any is taken.
struct PackageReader {
    private let profile: RepoAddProfile
    private let embedsSignatures: Bool

    init(_ settings: UpdateSettings) {
        profile = settings.profile
        // repo-add 6.0.2 had no choice.
        embedsSignatures = settings.options.includesSignatures || settings.profile == .v6_0
    }

    /// The packages in the order of the paths; throws all that is wrong with any.
    func read(
        _ paths: [String], progress: @escaping @Sendable (ReadingProgress) -> Void
    ) throws(RepositoryUpdateError) -> [NewPackage] {
        let results = PackageArchive.readAll(paths, as: .repoAdd(profile), progress: progress)
        var packages: [NewPackage] = []
        var failures: [RepositoryUpdateError.PackageFailure] = []
        for (path, result) in zip(paths, results) {
            do throws(PackageArchiveError) {
                packages.append(try package(at: path, try result.get()))
            } catch {
                failures.append(RepositoryUpdateError.PackageFailure(path: path, reason: error))
            }
        }
        guard failures.isEmpty else { throw .packages(failures) }
        return packages
    }

    private func package(at path: String, _ contents: PackageContents) throws(PackageArchiveError) -> NewPackage {
        let signature = embedsSignatures ? try PackageSignature.beside(packageAt: path) : nil
        let directory: EntryName
        do throws(SyncDatabaseError) {
            directory = try EntryName(parsing: "\(contents.packageInfo.name)-\(contents.packageInfo.version)")
        } catch {
            throw .refused(file: contents.file, expected: "a name and a version that make a directory of a database")
        }
        return NewPackage(
            path: path,
            entry: SyncEntry(
                directory: directory, desc: contents.stockDescription(signature: signature),
                files: contents.stockFileList()),
            hasSignature: signature?.bytes.isEmpty == false)
    }
}
