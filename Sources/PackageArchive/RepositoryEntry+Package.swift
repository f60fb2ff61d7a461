public import ALPMTypes
public import RepositoryDatabase

extension PackageContents {
    /// The strict entry that a repository holds for this package under a file name.
    ///
    /// Throws when `.PKGINFO` or the member list do not fit the enclave's grammar, or when the name, version or architecture
    /// in the file name are not those of `.PKGINFO`.
    public func entry(fileName: PackageFileName) throws(PackageArchiveError) -> RepositoryEntry {
        do throws(RepositoryDatabaseError) {
            return RepositoryEntry(
                description: try PackageDescription(parsing: description(fileName: fileName.text)),
                files: try FileList(parsing: stockFileList()))
        } catch {
            throw .entry(file: file, error)
        }
    }
}
