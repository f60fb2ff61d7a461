import ALPMTypes
import Cryptography
import PackageArchive
import RepositoryDatabase
import SyncDatabase

/// The first byte chooses: bit 0 repairs the checksums of what follows, bit 1 asks for the strict reading.
func checkPackage(_ untrustedBytes: [UInt8]) throws(BrokenRule) {
    guard let choice = untrustedBytes.first else { return }
    let rest = Array(untrustedBytes.dropFirst())
    let file = try MemoryFile(choice & 1 == 0 ? rest : TarRepair.repaired(rest))
    if choice & 2 == 0 {
        guard let package = try? PackageArchive.read(file.path, as: .repoAdd(.descv2)) else { return }
        try checkStockEntry(of: package)
    } else {
        guard let package = try? PackageArchive.read(file.path, as: .strict) else { return }
        try require(
            (try? PackageArchive.read(file.path, as: .repoAdd(.descv2))) == package,
            "what the strict reading takes, repo-add's reading takes alike")
        try checkStockEntry(of: package)
        try checkStrictEntry(of: package)
    }
}

/// Rules for what goes into a database whose clients know only stock's grammar.
private func checkStockEntry(of package: PackageContents) throws(BrokenRule) {
    let info = package.packageInfo
    let directory = try? EntryName(parsing: "\(info.name)-\(info.version)")
    try require(
        directory?.name == info.name.text && directory?.version == info.version.text,
        "name and version make a directory that splits into them again")
    guard let directory else { return }
    let entry = SyncEntry(
        directory: directory, desc: package.stockDescription(), files: package.stockFileList())
    let fields = entry.fields
    try require(fields[.name] == [info.name.text], "desc reads back with one NAME, the package's")
    try require(fields[.version] == [info.version.text], "desc reads back with one VERSION, the package's")
    try require(fields[.fileName] == [package.file], "desc reads back with one FILENAME, the package's")
    try require(fields[.sha256] == [package.sha256.hex], "desc reads back with one SHA256SUM, the package's")
    try require(fields.count == Set(fields.map(\.name)).count, "desc reads back with each field once")
    let paths = package.files.map { Array($0.utf8) }
    try require(
        zip(paths, paths.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) },
        "the file list is strictly ascending")
    try require(
        paths.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 >= 0x20 && $0 != 0x7f } },
        "the file list has no control characters")
}

/// What the enclave's grammar makes of a package is stock's entry, byte for byte.
private func checkStrictEntry(of package: PackageContents) throws(BrokenRule) {
    let info = package.packageInfo
    let text = "\(info.name)-\(info.version)-\(info[.arch].last ?? "").pkg.tar"
    guard let fileName = try? PackageFileName(parsing: text), let entry = try? package.entry(fileName: fileName) else {
        return
    }
    try require(
        entry.filesBytes == package.stockFileList(), "the enclave's file list is the one that repo-add writes")
    try require(entry.name == info.name, "the enclave's entry has the package's name")
    try require(
        (try? PackageDescription(parsing: entry.descBytes)) == entry.description,
        "the enclave's entry reads back as itself")
}
